package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome.Prediction;
import java.util.List;

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
    private static final byte[] SOURCE = ascii(",\"source\":{\"topic\":");
    private static final byte[] PARTITION = ascii(",\"partition\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");

    private final byte[] model;
    private final byte[][] scoreNames;
    private final CloudEvents events;
    private final JsonBytes json = new JsonBytes();

    public PredictionWriter(String pipeline, ModelIdentity model, List<String> scoreNames) {
        this.model = model.asMembers();
        this.scoreNames = scoreNames.stream()
                .map(name -> new JsonBytes().string(name).raw(':').toArray())
                .toArray(byte[][]::new);
        this.events = new CloudEvents(pipeline, "io.millrace.prediction.v1");
    }

    /** The prediction made from a record. */
    public OutRecord write(RawEvent raw, Prediction prediction) {
        json.reset().raw(DEVICE).string(prediction.device());
        json.raw(TIME).number(prediction.timeMs()).raw(model).raw(SCORES);
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
        source(json, raw);
        byte[] value = json.raw('}').toArray();
        return new OutRecord(prediction.device(), value, events.attributes(id(json, raw)));
    }

    /** Where a record came from, as a JSON member with a leading comma. */
    static void source(JsonBytes json, RawEvent raw) {
        json.raw(SOURCE).string(raw.topic());
        json.raw(PARTITION).number(raw.partition());
        json.raw(OFFSET).number(raw.offset()).raw('}');
    }

    /** An id that a record's every replay gives again: {@code topic-partition-offset}. */
    static byte[] id(JsonBytes scratch, RawEvent raw) {
        scratch.reset().raw(ascii(raw.topic())).raw('-').number(raw.partition()).raw('-');
        return scratch.number(raw.offset()).toArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
