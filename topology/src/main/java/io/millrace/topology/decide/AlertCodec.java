package io.millrace.topology.decide;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.decide.AlertState.Status;
import io.millrace.topology.key.DeviceId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a device's states are stored: one entry a device, with its rules by name. One that was added to the pipeline
 * starts quiet. What is stored of one that is gone is a leftover, so that its alert can be ended.
 *
 * <p>Version 2. Version 1 knew one level, N of M and no times; it is read as what it meant.
 */
final class AlertCodec {
    private static final byte VERSION = 2;
    private static final int FLAPPING = 1;
    private static final int STALE = 2;
    private static final int HELD = 4;
    private static final int FIXED_BYTES = 4 + 5 * Long.BYTES + Integer.BYTES + 3;

    private final List<AlertRule> rules;
    private final List<byte[]> names;

    AlertCodec(List<AlertRule> rules) {
        this.rules = rules;
        names = rules.stream().map(rule -> rule.name().getBytes(UTF_8)).toList();
    }

    DeviceAlerts fresh(DeviceId device) {
        AlertState[] states = new AlertState[rules.size()];
        Arrays.setAll(states, i -> new AlertState(rules.get(i).levels()));
        return new DeviceAlerts(device, states, new ArrayList<>());
    }

    /** What was stored. */
    DeviceAlerts read(DeviceId device, byte[] stored) {
        DeviceAlerts alerts = fresh(device);
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (version != VERSION && version != 1) {
            throw new IllegalStateException("alert state must have version 1 or " + VERSION + ", got: " + version);
        }
        while (in.hasRemaining()) {
            byte[] name = new byte[Byte.toUnsignedInt(in.get())];
            in.get(name);
            int rule = index(name);
            AlertState state = rule < 0 ? new AlertState(1) : alerts.states[rule];
            if (version == 1) {
                readOld(in, state);
            } else {
                readNew(in, state);
            }
            if (rule < 0 && state.revision > 0) {
                alerts.leftovers.add(new DeviceAlerts.Leftover(new String(name, UTF_8), state));
            }
        }
        return alerts;
    }

    private int index(byte[] name) {
        for (int i = 0; i < names.size(); i++) {
            if (Arrays.equals(names.get(i), name)) {
                return i;
            }
        }
        return -1;
    }

    private static void readOld(ByteBuffer in, AlertState state) {
        byte status = in.get();
        state.seen[0] = in.getLong();
        long since = in.getLong();
        state.sinceMs = since;
        state.startMs = since;
        state.raisedMs = since;
        state.revision = in.getInt();
        state.status = Status.of(status);
        state.level = state.status == Status.FIRING || state.status == Status.RECOVERING ? 1 : 0;
        state.shown = state.revision > 0 ? 1 : 0;
        if (state.status == Status.PENDING) {
            state.hits = new long[Long.bitCount(state.seen[0])];
            Arrays.fill(state.hits, since);
        }
    }

    private static void readNew(ByteBuffer in, AlertState state) {
        state.status = Status.of(in.get());
        int flags = in.get();
        state.flapping = (flags & FLAPPING) != 0;
        state.stale = (flags & STALE) != 0;
        state.held = (flags & HELD) != 0;
        state.level = in.get();
        state.shown = in.get();
        state.sinceMs = in.getLong();
        state.startMs = in.getLong();
        state.raisedMs = in.getLong();
        state.clearedMs = in.getLong();
        state.restMs = in.getLong();
        state.revision = in.getInt();
        int levels = in.get();
        for (int i = 0; i < levels; i++) {
            long seen = in.getLong();
            long met = in.getLong();
            if (i < state.seen.length) { // the rule may have fewer severities by now
                state.seen[i] = seen;
                state.metMs[i] = met;
            }
        }
        state.level = Math.min(state.level, state.seen.length);
        state.hits = readTimes(in);
        state.raises = readTimes(in);
    }

    private static long[] readTimes(ByteBuffer in) {
        long[] times = new long[in.get()];
        for (int i = 0; i < times.length; i++) {
            times[i] = in.getLong();
        }
        return times;
    }

    /** What {@link #read} reads; without leftovers. */
    byte[] write(DeviceAlerts alerts) {
        int size = 1;
        for (int i = 0; i < names.size(); i++) {
            AlertState state = alerts.states[i];
            int numbers = 2 * state.seen.length + state.hits.length + state.raises.length;
            size += state.blank() ? 0 : 1 + names.get(i).length + FIXED_BYTES + numbers * Long.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(VERSION);
        for (int i = 0; i < names.size(); i++) {
            if (!alerts.states[i].blank()) {
                out.put((byte) names.get(i).length).put(names.get(i));
                write(out, alerts.states[i]);
            }
        }
        return out.array();
    }

    private static void write(ByteBuffer out, AlertState state) {
        out.put(state.status.code());
        out.put((byte) ((state.flapping ? FLAPPING : 0) | (state.stale ? STALE : 0) | (state.held ? HELD : 0)));
        out.put((byte) state.level).put((byte) state.shown);
        out.putLong(state.sinceMs)
                .putLong(state.startMs)
                .putLong(state.raisedMs)
                .putLong(state.clearedMs)
                .putLong(state.restMs);
        out.putInt(state.revision).put((byte) state.seen.length);
        for (int i = 0; i < state.seen.length; i++) {
            out.putLong(state.seen[i]).putLong(state.metMs[i]);
        }
        writeTimes(out, state.hits);
        writeTimes(out, state.raises);
    }

    private static void writeTimes(ByteBuffer out, long[] times) {
        out.put((byte) times.length);
        for (long time : times) {
            out.putLong(time);
        }
    }
}
