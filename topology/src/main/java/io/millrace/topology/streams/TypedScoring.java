package io.millrace.topology.streams;

import io.millrace.scorers.Scorer;
import io.millrace.topology.batch.TypedRows;
import io.millrace.topology.batch.TypedRows.FailureMapper;
import io.millrace.topology.batch.TypedRows.ResultMapper;
import io.millrace.topology.batch.TypedRows.RowMapper;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.telemetry.StageTimes;
import io.opentelemetry.api.metrics.Meter;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Scoring for a topology of one's own, with one's own types:
 *
 * <pre>{@code
 * LookAhead<Double> scoring = new TypedScoring<>(ReadingDeserializer::new, readingToRow, rowToResult, onFailure)
 *         .lookAhead(scorer, Set.of("readings"), 256, meter);
 * builder.stream("readings", Consumed.with(Serdes.String(), Serdes.ByteArray()))
 *         .process(new ScoringProcessor<>(scoring))
 *         .to("scores", Produced.with(Serdes.String(), Serdes.Double()));
 * scoring.attachTo(properties);
 * }</pre>
 *
 * <p>The mappers are called on scorer threads and on the stream thread, for one record at a time on each, and must
 * be thread-safe. A mapper or deserializer that throws fails its own record only.
 *
 * @param deserializers makes a deserializer of the value, one for each thread
 * @param rows writes a value's features into its row
 * @param results makes a result of a value and its scores
 * @param failures makes a result of a record that could not be scored
 * @param <V> what a record's value is decoded to
 * @param <R> what a record becomes
 */
public record TypedScoring<V, R>(
        Supplier<Deserializer<V>> deserializers,
        RowMapper<V> rows,
        ResultMapper<V, R> results,
        FailureMapper<R> failures) {

    /**
     * Looks ahead over the records of some topics, with one scorer thread.
     *
     * @param scorer stays the caller's, to be closed after the {@link LookAhead}
     * @param topics those whose records come to the {@link ScoringProcessor}
     * @param rowsAtOnce records in one chunk, at most
     */
    public LookAhead<R> lookAhead(Scorer scorer, Set<String> topics, int rowsAtOnce, Meter meter) {
        StageTimes times = new StageTimes(meter);
        LookAheadOptions options = new LookAheadOptions(topics::contains, rowsAtOnce, 1, false);
        return new LookAhead<>(options, () -> worker(scorer, times), times);
    }

    private BatchWorker<R> worker(Scorer scorer, StageTimes times) {
        Deserializer<V> deserializer = deserializers.get();
        TypedRows<V, R> codec =
                new TypedRows<>(record -> deserialize(deserializer, record), rows, results, failures, scorer.maxRows());
        return new BatchWorker<>(scorer, codec, times);
    }

    private static <V> V deserialize(Deserializer<V> deserializer, RawEvent record) {
        byte[] value = record.value();
        if (value == null) {
            throw new IllegalArgumentException("the value must not be null: " + record);
        }
        return deserializer.deserialize(record.topic(), value);
    }
}
