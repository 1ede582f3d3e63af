package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.TIMES;
import static io.millrace.topology.streams.Fixtures.intercept;
import static io.millrace.topology.streams.Fixtures.polledRecord;
import static io.millrace.topology.streams.Fixtures.processed;
import static io.millrace.topology.streams.Fixtures.text;
import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.emit.AlertWriter;
import io.millrace.topology.emit.ModelIdentity;
import io.millrace.topology.emit.OutRecord;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that have their turn together. */
@Timeout(60)
class TurnTest {
    private static final TopicPartition FIRST = new TopicPartition("t", 0);
    private static final TopicPartition SECOND = new TopicPartition("t", 1);
    private static final TopicPartition OTHER = new TopicPartition("other", 0);

    /** A record becomes its own value, or a dead letter if that is {@code bad}. */
    private static final class Echo implements AheadWorker<Finished> {
        @Override
        public List<Finished> work(List<RawEvent> records) {
            return records.stream().map(Echo::finished).toList();
        }

        private static Finished finished(RawEvent raw) {
            byte[] value = Objects.requireNonNull(raw.value());
            boolean bad = text(value).equals("bad");
            Outcome outcome = bad
                    ? new Refused(new Rejected("decode", Reason.MALFORMED, null, "bad"))
                    : new Prediction(utf8("d"), 0, new double[] {1}, null);
            return new Finished(raw, outcome, bad ? null : new OutRecord(utf8("d"), value, List.of()));
        }

        @Override
        public void close() {}
    }

    private static LookAhead<Finished> lookAhead(boolean byPartition) {
        return new LookAhead<>(new LookAheadOptions("t"::equals, 4, 1, byPartition, true), Echo::new, TIMES);
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic, int partition, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> polledRecord(topic, partition, i, 100 + i, partition + ":" + i))
                .toList();
    }

    private static List<Long> offsets(ConsumerRecords<byte[], byte[]> seen, TopicPartition partition) {
        return seen.records(partition).stream().map(ConsumerRecord::offset).toList();
    }

    @Test
    void kafkaStreamsSeesTheFirstOfEachPartitionAndChunkAtItsOwnOffset() {
        // Given 6 records of one partition and 5 of another, in chunks of 4
        List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>(records("t", 0, 10, 6));
        polled.addAll(records("t", 1, 20, 5));
        polled.addAll(records("other", 0, 30, 2));

        // When
        try (LookAhead<Finished> across = lookAhead(false);
                LookAhead<Finished> within = lookAhead(true)) {
            ConsumerRecords<byte[], byte[]> seen = intercept(across, polled);
            ConsumerRecords<byte[], byte[]> stateful = intercept(within, polled);

            // Then a commit before a turn is a commit before its first record
            assertThat(offsets(seen, FIRST)).containsExactly(10L, 14L);
            assertThat(offsets(seen, SECOND)).containsExactly(20L, 22L);
            assertThat(offsets(seen, OTHER)).as("is left alone").containsExactly(30L, 31L);
            assertThat(offsets(stateful, FIRST)).containsExactly(10L, 14L);
            assertThat(offsets(stateful, SECOND)).containsExactly(20L, 24L);
            // And one behind the last turn is where the poll ended
            assertThat(seen.nextOffsets())
                    .containsEntry(FIRST, new OffsetAndMetadata(16))
                    .containsEntry(SECOND, new OffsetAndMetadata(25))
                    .containsEntry(OTHER, new OffsetAndMetadata(32));
        }
    }

    /** A task of Kafka Streams whose producer is full at one record. */
    private static final class Task implements AutoCloseable {
        private final LookAhead<Finished> lookAhead = lookAhead(false);
        private final MockProcessorContext<byte[], Turn> scored = new MockProcessorContext<>();
        private final List<Record<?, ?>> sent = new ArrayList<>();
        private int full = -1;
        private final MockProcessorContext<Object, Object> decided = new MockProcessorContext<>() {
            @Override
            public <K, V> void forward(Record<K, V> record, String child) {
                if (sent.size() == full) {
                    full = -1;
                    throw new TimeoutException("full");
                }
                sent.add(record);
            }
        };
        private final StatelessProcessor score = new StatelessProcessor(lookAhead);
        private final DecideProcessor decide = new DecideProcessor(
                new TaskAlerts(
                        List.of(),
                        AlertingConfig.DEFAULT,
                        new AlertWriter("p", new ModelIdentity("m", null, "s", "CPU"), List.of(), List.of(), List.of()),
                        null,
                        null),
                null,
                false,
                null,
                false);

        @SuppressWarnings("unchecked") // an array cannot bound what forward() takes
        Task() {
            var store = Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(PipelineTopology.ALERT_STORE),
                            Serdes.Bytes(),
                            Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();
            store.init(decided.getStateStoreContext(), store);
            decided.addStateStore(store);
            score.init(scored);
            decide.init((ProcessorContext<byte[], byte[]>) (ProcessorContext<?, ?>) decided);
        }

        void process(ConsumerRecord<byte[], byte[]> head) {
            scored.resetForwards();
            score.process(processed(head));
            Turn turn = scored.forwarded().get(0).record().value();
            decide.process(new Record<>(head.key(), turn, 0));
        }

        List<String> values() {
            return sent.stream().map(record -> text((byte[]) record.value())).toList();
        }

        @Override
        public void close() {
            lookAhead.close();
        }
    }

    @Test
    void everyRecordOfATurnIsSentInOrderWithItsOwnTimestampAndHeaders() {
        try (Task task = new Task()) {
            // Given
            List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>(records("t", 0, 0, 3));
            polled.add(polledRecord("t", 0, 3, 103, "bad"));
            polled.forEach(record -> record.headers().add("mine", utf8("kept")));
            polled.get(1).headers().add("traceparent", utf8("of 1"));

            // When
            intercept(task.lookAhead, polled).forEach(task::process);

            // Then
            assertThat(task.values()).containsExactly("0:0", "0:1", "0:2", "bad");
            assertThat(task.sent).extracting(Record::timestamp).containsExactly(100L, 101L, 102L, 103L);
            assertThat(Fixtures.headerNames(task.sent.get(0).headers())).isEmpty();
            assertThat(Fixtures.headerNames(task.sent.get(1).headers())).containsExactly("traceparent");
            assertThat(Fixtures.headerNames(task.sent.get(3).headers()))
                    .startsWith("mine", "millrace-stage")
                    .doesNotContain(AheadRef.KEY);
        }
    }

    @Test
    void aDeadLetterThatIsFirstOfItsTurnDoesNotCarryTheReference() {
        try (Task task = new Task()) {
            intercept(task.lookAhead, List.of(polledRecord("t", 0, 0, 0, "bad")))
                    .forEach(task::process);

            assertThat(Fixtures.headerNames(task.sent.get(0).headers())).doesNotContain(AheadRef.KEY);
        }
    }

    /** Kafka Streams gives a record again that met a full producer. */
    @Test
    void aTurnThatIsTriedAgainGoesOnWhereItStopped() {
        try (Task task = new Task()) {
            // Given
            List<ConsumerRecord<byte[], byte[]>> polled = records("t", 0, 0, 4);
            ConsumerRecord<byte[], byte[]> head =
                    intercept(task.lookAhead, polled).iterator().next();
            task.full = 2;
            assertThatThrownBy(() -> task.process(head)).isInstanceOf(TimeoutException.class);
            assertThat(task.values()).containsExactly("0:0", "0:1");

            // When
            task.process(head);

            // Then
            assertThat(task.values()).containsExactly("0:0", "0:1", "0:2", "0:3");
        }
    }
}
