package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.TIMES;
import static io.millrace.topology.streams.Fixtures.intercept;
import static io.millrace.topology.streams.Fixtures.polledRecord;
import static io.millrace.topology.streams.Fixtures.processed;
import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.OfflineScorer;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import io.millrace.topology.score.PlanCompiler;
import io.millrace.topology.score.ScoringPlan;
import io.millrace.topology.score.StatefulScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StatefulProcessorTest {
    private static final String STORE = "states";
    private static final String YAML = """
            pipeline: pumps
            source: {topic: t, device: /d, time: /t}
            model:
              uri: fake.onnx
              inputs: {x: [/a, {field: /a, lag: 1}, {field: /a, rolling: mean, over: 4}]}
              state: {h_out: h_in}
            """;

    private final FakeScorer fake = new FakeScorer(
            FakeScorer.contract(
                    List.of(FakeScorer.floats("x", 3), FakeScorer.floats("h_in", 1)),
                    List.of(FakeScorer.floats("score", 1), FakeScorer.floats("h_out", 1))),
            8,
            (in, out) -> {
                out[1][0] = in[1][0] / 2 + in[0][0];
                out[0][0] = in[0][0] + 10 * in[0][1] + 100 * in[0][2] + 1000 * in[1][0];
            });
    private final ScoringPlan plan = PlanCompiler.compile(Fixtures.config(YAML), fake.contract());
    private LookAhead<Decoded> lookAhead = lookAhead(true);

    private LookAhead<Decoded> lookAhead(boolean together) {
        LookAheadOptions options = new LookAheadOptions("t"::equals, 8, 2, true, together);
        return new LookAhead<>(options, () -> new DecodeWorker(plan, TIMES), TIMES);
    }

    @AfterEach
    void close() {
        lookAhead.close();
    }

    /** A task of Kafka Streams with its processor and store, and what must come of the records that it processed. */
    private final class Task {
        private final MockProcessorContext<byte[], Turn> context = new MockProcessorContext<>();
        private final KeyValueStore<Bytes, byte[]> store;
        private final StatefulProcessor processor;
        private final OfflineScorer reference = new OfflineScorer(plan, fake, TIMES);
        private final List<String> expected = new ArrayList<>();

        /** Over a store as on disk. */
        Task(long memoryBytes) {
            this(
                    Stores.inMemoryKeyValueStore(STORE),
                    new StatesOnDisk(STORE, plan.features().layout(), memoryBytes));
        }

        Task() {
            this(MemoryStore.supplier(STORE, plan.features().layout(), HeapShare.half()), new StatesInMemory(STORE));
        }

        private Task(KeyValueBytesStoreSupplier supplier, DeviceStates states) {
            store = Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();
            store.init(context.getStateStoreContext(), store);
            context.addStateStore(store);
            processor = new StatefulProcessor(
                    lookAhead,
                    () -> new StatefulScorer(plan, fake, TIMES),
                    states,
                    (raw, outcome) -> new Finished(raw, outcome, null));
            processor.init(context);
        }

        /** With all that have their turn with it. */
        void process(ConsumerRecord<byte[], byte[]> head) {
            AheadRef<?> ref = (AheadRef<?>) head.headers().lastHeader(AheadRef.KEY);
            expect(ref.chunk().records().subList(ref.index(), ref.index() + ref.count()));
            processor.process(processed(head));
        }

        void processAlone(Record<byte[], byte[]> record) {
            expect(List.of(new RawEvent("t", 0, 0, record.timestamp(), record.key(), record.value())));
            processor.process(record);
        }

        private void expect(List<RawEvent> raws) {
            raws.forEach(
                    raw -> expected.add(describe(reference.score(List.of(raw)).get(0))));
        }

        void reopen() {
            processor.close();
            processor.init(context);
        }

        void verify() {
            List<String> results = new ArrayList<>();
            context.forwarded().forEach(forward -> {
                for (Turn turn = forward.record().value(); !turn.isSent(); turn.next()) {
                    results.add(describe(turn.result().outcome()));
                }
            });
            assertThat(results).isEqualTo(expected);
            processor.close();
        }
    }

    private static String describe(Outcome outcome) {
        return outcome instanceof Refused refused
                ? refused.why().detail()
                : ((Prediction) outcome).insufficient() + Arrays.toString(((Prediction) outcome).scores());
    }

    private static ConsumerRecord<byte[], byte[]> event(int partition, long time, String device, int a) {
        return polledRecord(
                "t", partition, time, time, "{\"d\":\"" + device + "\",\"t\":" + time + ",\"a\":" + a + "}");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void statesAreThoseOfTheRecordsProcessedWhateverWasPolled(long seed) {
        lookAhead.close();
        lookAhead = lookAhead(seed % 2 == 0);
        // Given two tasks: one that forgets states at once, another that has them all in memory
        Random random = new Random(seed);
        fake.failWhen(inputs -> inputs[0][0] == 13);
        List<Task> tasks = List.of(new Task(0), seed % 3 == 0 ? new Task(StatesOnDisk.MEMORY_BYTES) : new Task());
        long time = 0;
        for (int poll = 0; poll < 60; poll++) {
            List<List<ConsumerRecord<byte[], byte[]>>> polled = List.of(new ArrayList<>(), new ArrayList<>());
            for (int i = random.nextInt(40); i > 0; i--) {
                int task = random.nextInt(2);
                time += random.nextInt(3);
                long told = time - (random.nextInt(10) == 0 ? 5 : 0);
                polled.get(task)
                        .add(
                                random.nextInt(20) == 0
                                        ? polledRecord("t", task, time, time, "{")
                                        : event(task, Math.max(0, told), "d" + random.nextInt(40), random.nextInt(20)));
            }
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>(polled.get(0));
            all.addAll(polled.get(1));
            ConsumerRecords<byte[], byte[]> seen = intercept(lookAhead, all);
            List<List<ConsumerRecord<byte[], byte[]>>> turns =
                    List.of(seen.records(new TopicPartition("t", 0)), seen.records(new TopicPartition("t", 1)));

            // When the tasks take turns, some records never come, some come changed, and processors are opened again
            int[] next = {0, 0};
            while (next[0] < turns.get(0).size() || next[1] < turns.get(1).size()) {
                int turn = random.nextInt(2);
                Task task = tasks.get(turn);
                for (int i = random.nextInt(6);
                        i > 0 && next[turn] < turns.get(turn).size();
                        i--) {
                    ConsumerRecord<byte[], byte[]> record = turns.get(turn).get(next[turn]++);
                    switch (random.nextInt(25)) {
                        case 0 -> {} // never comes
                        case 1 ->
                            task.processAlone(processed(record)
                                    .withValue(utf8(
                                            "{\"d\":\"d1\",\"t\":" + time + ",\"a\":" + random.nextInt(20) + "}")));
                        case 2 -> {
                            task.reopen();
                            task.process(record);
                        }
                        default -> task.process(record);
                    }
                }
            }
        }

        // Then
        tasks.forEach(Task::verify);
    }

    @Test
    void aRecordThatNeverComesLeavesNoTrace() {
        lookAhead.close();
        lookAhead = lookAhead(false);
        Task task = new Task(StatesOnDisk.MEMORY_BYTES);
        List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            polled.add(event(0, i, "d", i * i));
        }
        intercept(lookAhead, polled);

        polled.remove(4);
        polled.forEach(task::process);

        task.verify();
        assertThat(task.expected.get(6)).as("enough of a past to be scored").startsWith("null[");
    }

    @Test
    void aProcessorThatIsOpenedAgainStartsFromWhatItsStoreWasPutBackTo() {
        // Given a store that was put back to before the last records
        Task task = new Task(StatesOnDisk.MEMORY_BYTES);
        List<ConsumerRecord<byte[], byte[]>> first = List.of(event(0, 1, "d", 1), event(0, 2, "d", 2));
        intercept(lookAhead, first).forEach(record -> task.processor.process(processed(record)));
        try (var entries = task.store.all()) {
            entries.forEachRemaining(entry -> task.store.delete(entry.key));
        }
        task.context.resetForwards();

        // When
        task.reopen();
        List<ConsumerRecord<byte[], byte[]>> again = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            again.add(event(0, i, "d", i));
        }
        intercept(lookAhead, again).forEach(task::process);

        // Then
        task.verify();
    }
}
