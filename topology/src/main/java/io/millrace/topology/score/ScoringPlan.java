package io.millrace.topology.score;

import io.millrace.scorers.Batch;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.features.FeaturePlan;
import io.millrace.topology.features.Quality;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.key.DeviceKey;
import java.util.List;
import java.util.function.Supplier;

/**
 * All that turns a record into scores, compiled once; immutable and thread-safe.
 *
 * @param decoders makes a decoder, one for each thread
 * @param key names the device
 * @param fields how many values an event has
 * @param features makes the rows
 * @param quality judges the sensors
 * @param scores the scores that a prediction tells, in order
 * @param recurrent outputs that are inputs the next time
 */
public record ScoringPlan(
        Supplier<EventDecoder> decoders,
        DeviceKey key,
        int fields,
        FeaturePlan features,
        Quality quality,
        List<ScoreColumn> scores,
        List<RecurrentState> recurrent) {

    /** Decodes a record into a holder of its own, and names its device. */
    public Decoded decode(EventDecoder decoder, RawEvent raw) {
        return decode(decoder, raw, new Event(fields));
    }

    /** Decodes a record into the given holder, and names its device. */
    public Decoded decode(EventDecoder decoder, RawEvent raw, Event into) {
        Decoded decoded = decoder.decode(raw, into);
        return decoded instanceof Event event ? key.resolve(raw, event) : decoded;
    }

    /** Writes the inputs that features fill; the recurrent ones are the caller's. */
    void writeRow(double[][] inputs, Batch batch, int row) {
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i].length > 0) {
                batch.input(i).setRow(row, inputs[i], 0);
            }
        }
    }

    /** The scores of a row, in a new array. */
    double[] readScores(Batch batch, int row) {
        double[] values = new double[scores.size()];
        for (int i = 0; i < values.length; i++) {
            ScoreColumn score = scores.get(i);
            values[i] = batch.output(score.output()).get(row, score.element());
        }
        return values;
    }
}
