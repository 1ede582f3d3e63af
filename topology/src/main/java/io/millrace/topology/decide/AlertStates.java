package io.millrace.topology.decide;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The states of one device with all rules of a pipeline, and how they are stored: one entry a device, so that an
 * event costs one look-up however many rules there are. Rules are stored by name: one that was removed from the
 * pipeline is forgotten with the next write, one that was added starts quiet.
 */
public final class AlertStates {
    private static final byte VERSION = 1;

    private final List<AlertRule> rules;
    private final List<byte[]> names;
    private final AlertState[] initial;

    public AlertStates(List<AlertRule> rules) {
        this.rules = List.copyOf(rules);
        names = rules.stream().map(rule -> rule.config().name().getBytes(UTF_8)).toList();
        initial = new AlertState[rules.size()];
        Arrays.fill(initial, AlertState.INITIAL);
    }

    public List<AlertRule> rules() {
        return rules;
    }

    /** The states that were stored, one for each rule; all quiet if nothing was. A new array. */
    public AlertState[] read(byte @Nullable [] stored) {
        AlertState[] states = initial.clone();
        if (stored == null) {
            return states;
        }
        Map<ByteBuffer, AlertState> byName = new HashMap<>();
        ByteBuffer in = ByteBuffer.wrap(stored);
        if (in.get() != VERSION) {
            throw new IllegalStateException("alert state must have version " + VERSION + ", got: " + stored[0]);
        }
        while (in.hasRemaining()) {
            int length = Byte.toUnsignedInt(in.get());
            ByteBuffer name = in.slice(in.position(), length);
            in.position(in.position() + length);
            byName.put(name, new AlertState(AlertState.Status.of(in.get()), in.getLong(), in.getLong(), in.getInt()));
        }
        for (int i = 0; i < states.length; i++) {
            states[i] = byName.getOrDefault(ByteBuffer.wrap(names.get(i)), AlertState.INITIAL);
        }
        return states;
    }

    /** What {@link #read} reads. */
    public byte[] write(AlertState[] states) {
        int size = 1;
        for (byte[] name : names) {
            size += 1 + name.length + 1 + 2 * Long.BYTES + Integer.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(VERSION);
        for (int i = 0; i < states.length; i++) {
            AlertState state = states[i];
            out.put((byte) names.get(i).length).put(names.get(i));
            out.put(state.status().code());
            out.putLong(state.events()).putLong(state.sinceMs()).putInt(state.revision());
        }
        return out.array();
    }
}
