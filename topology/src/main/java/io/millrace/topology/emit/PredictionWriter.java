package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome.Prediction;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts predictions on the wire: one JSON object each, keyed by the device. What is the same for every record was
 * rendered when the writer was made. Not thread-safe.
 */
public final class PredictionWriter {
    private static final byte[] DEVICE = ascii("{\"device\":");
    private static final byte[] TIME = ascii(",\"time\":");
    private static final byte[] SCORES = ascii(",\"scores\":{");
    private static final byte[] OK = ascii("},\"quality\":\"OK\"");
    private static final byte[] INSUFFICIENT = ascii("},\"quality\":\"INSUFFICIENT\",\"reason\":");

    private static final byte[] TWIN = ascii(",\"twin\":");

    private final ModelIdentity model;
    private final Map<String, byte[]> members = new HashMap<>();
    private final byte[][] scoreNames;
    private final @Nullable CloudEvents events;
    private final SourceMember source = new SourceMember();
    private final JsonBytes json = new JsonBytes();

    /** @param events what to put into the headers; {@code null}: nothing */
    public PredictionWriter(ModelIdentity model, List<String> scoreNames, @Nullable CloudEvents events) {
        this.model = model;
        this.scoreNames = scoreNames.stream()
                .map(name -> new JsonBytes().string(name).raw(':').toArray())
                .toArray(byte[][]::new);
        this.events = events;
    }

    /** The prediction made from a record. */
    public OutRecord write(RawEvent raw, Prediction prediction) {
        json.reset().raw(DEVICE).string(prediction.device());
        json.raw(TIME)
                .number(prediction.timeMs())
                .raw(members(prediction.provider()))
                .raw(SCORES);
        double[] scores = prediction.scores();
        for (int i = 0; i < scores.length; i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.raw(scoreNames[i]).number(scores[i]);
        }
        String insufficient = prediction.insufficient();
        if (insufficient == null) {
            json.raw(OK);
        } else {
            json.raw(INSUFFICIENT).string(insufficient);
        }
        source.write(raw, json);
        byte[] value = json.raw('}').toArray();
        return new OutRecord(
                prediction.device(), value, events == null ? List.of() : events.attributes(source.id(raw)));
    }

    /** A prediction that tells of its device's twin too; for where that is not known yet when it is written. */
    public static OutRecord withTwin(OutRecord prediction, byte[] properties) {
        byte[] before = Objects.requireNonNull(prediction.value());
        byte[] value = ByteBuffer.allocate(before.length + TWIN.length + properties.length)
                .put(before, 0, before.length - 1)
                .put(TWIN)
                .put(properties)
                .put(before, before.length - 1, 1)
                .array();
        return new OutRecord(prediction.key(), value, prediction.attributes());
    }

    /** The model's own members: rendered once for each provider, of which there are two at most. */
    private byte[] members(@Nullable String provider) {
        return members.computeIfAbsent(provider == null ? model.provider() : provider, ran -> model.ranOn(ran)
                .asMembers());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
