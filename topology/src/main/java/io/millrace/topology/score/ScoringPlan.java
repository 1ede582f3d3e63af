package io.millrace.topology.score;

import io.millrace.scorers.Batch;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.features.FeaturePlan;
import io.millrace.topology.features.Quality;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.key.DeviceKey;
import io.millrace.topology.score.Outcome.Prediction;
import java.util.List;
import java.util.function.Supplier;

/**
 * All that turns a record into scores, compiled once; immutable and thread-safe.
 *
 * @param decoders makes a decoder, one for each thread
 * @param key names the device
 * @param wanted pointers of an event's values, in order: what the model and quality need, then what only rules look at
 * @param observed pointers of those that the alerts' rules look at, in the order of a prediction's fields
 * @param features makes the rows
 * @param texts the texts of the rows
 * @param quality judges the sensors
 * @param scores the scores that a prediction tells, in order
 * @param recurrent outputs that are inputs the next time
 */
public record ScoringPlan(
        Supplier<EventDecoder> decoders,
        DeviceKey key,
        List<String> wanted,
        List<String> observed,
        FeaturePlan features,
        List<TextColumn> texts,
        Quality quality,
        List<ScoreColumn> scores,
        List<RecurrentState> recurrent) {

    /** How many values an event has. */
    public int fields() {
        return wanted.size();
    }

    /** Decodes a record into a holder of its own, and names its device. */
    public Decoded decode(EventDecoder decoder, RawEvent raw) {
        return decode(decoder, raw, new Event(fields()));
    }

    /** Decodes a record into the given holder, and names its device. */
    public Decoded decode(EventDecoder decoder, RawEvent raw, Event into) {
        Decoded decoded = decoder.decode(raw, into);
        return decoded instanceof Event event ? key.resolve(raw, event) : decoded;
    }

    /** Writes the inputs that features fill; the recurrent ones are the caller's. */
    void writeRow(double[][] inputs, Event event, Batch batch, int row) {
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i].length > 0) {
                batch.input(i).setRow(row, inputs[i], 0);
            }
        }
        for (int i = 0; i < texts.size(); i++) {
            texts.get(i).write(event, batch, row);
        }
    }

    /** The values that rules look at, in a new array. */
    double[] readFields(Event event) {
        if (observed.isEmpty()) {
            return Prediction.NO_VALUES;
        }
        double[] values = new double[observed.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = event.values()[wanted.indexOf(observed.get(i))];
        }
        return values;
    }

    /** The scores of a row, in a new array. */
    double[] readScores(Batch batch, int row) {
        double[] values = new double[scores.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scores.get(i).read(batch, row);
        }
        return values;
    }
}
