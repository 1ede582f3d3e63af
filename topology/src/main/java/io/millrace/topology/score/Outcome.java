package io.millrace.topology.score;

import io.millrace.topology.decode.Rejected;
import org.jspecify.annotations.Nullable;

/** What became of a record: a prediction, or the reason why there is none. */
public sealed interface Outcome {

    /**
     * The model's answer, or that it could not be asked.
     *
     * @param device the device id as UTF-8
     * @param timeMs event time, epoch milliseconds
     * @param scores the scores in the plan's order; empty if {@code insufficient}
     * @param fields the payload's values that rules look at, in the plan's order; NaN where there is none
     * @param inputs the row as the model saw it, where it cannot be made again from the record alone; else {@code null}
     * @param insufficient why the sensors' data do not allow a judgement; {@code null} if they do
     * @param provider where the model ran; {@code null} if it did not
     */
    @SuppressWarnings("ArrayRecordComponent") // made once per record on the hot path, and never compared
    record Prediction(
            byte[] device,
            long timeMs,
            double[] scores,
            double[] fields,
            double @Nullable [][] inputs,
            @Nullable String insufficient,
            @Nullable String provider)
            implements Outcome {
        static final double[] NO_VALUES = {};

        /** Of rules that look at scores only; where the model ran is not told: where its scorer does. */
        public Prediction(byte[] device, long timeMs, double[] scores, @Nullable String insufficient) {
            this(device, timeMs, scores, NO_VALUES, null, insufficient, null);
        }

        /** Of an event that the model could not be asked about. */
        static Prediction insufficient(byte[] device, long timeMs, String why) {
            return new Prediction(device, timeMs, NO_VALUES, why);
        }
    }

    /** A dead letter. */
    record Refused(Rejected why) implements Outcome {}
}
