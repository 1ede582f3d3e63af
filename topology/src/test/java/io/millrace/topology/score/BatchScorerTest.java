package io.millrace.topology.score;

import static io.millrace.topology.score.Fixtures.TIMES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.scorers.Batch;
import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.batch.RowCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchScorerTest {
    private final Set<Integer> failing = new HashSet<>();
    private final Set<Integer> readyMade = new HashSet<>();
    private final Set<Integer> throwing = new HashSet<>();
    private final Set<Integer> throwingLater = new HashSet<>();
    private final List<Integer> resulted = new ArrayList<>();

    /** A row is its record's number; the model doubles it. */
    private final class Numbers implements RowCodec<Integer, String> {
        @Override
        public @Nullable String encode(Integer record, Batch batch, int row) {
            if (throwing.contains(record)) {
                throw new IllegalArgumentException("cannot encode " + record);
            }
            if (readyMade.contains(record)) {
                return "ready " + record;
            }
            batch.input(0).set(row, 0, record);
            return null;
        }

        @Override
        public String result(Integer record, Batch batch, int row) {
            resulted.add(record);
            if (throwingLater.contains(record)) {
                throw new IllegalArgumentException("cannot read " + record);
            }
            return "scored " + (int) batch.output(0).get(row, 0);
        }

        @Override
        public String failed(Integer record, Exception cause) {
            return "failed " + record + ": " + cause.getMessage();
        }
    }

    private FakeScorer fake(int maxRows) {
        FakeScorer fake = FakeScorer.of(1, maxRows, (in, out) -> out[0][0] = 2 * in[0][0]);
        fake.failWhen(inputs -> failing.contains((int) inputs[0][0]));
        return fake;
    }

    private List<@Nullable String> score(FakeScorer fake, int records) {
        @Nullable String[] results = new String[records];
        try (BatchScorer<Integer, String> scorer = new BatchScorer<>(fake, new Numbers(), TIMES)) {
            scorer.score(IntStream.range(0, records).boxed().toList(), results);
        }
        return java.util.Arrays.asList(results);
    }

    private String expected(int record) {
        return throwing.contains(record)
                ? "failed " + record + ": cannot encode " + record
                : readyMade.contains(record)
                        ? "ready " + record
                        : failing.contains(record)
                                ? "failed " + record + ": the fake fails as told"
                                : throwingLater.contains(record)
                                        ? "failed " + record + ": cannot read " + record
                                        : "scored " + 2 * record;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverFailsEveryOtherRecordIsScoredExactlyOnce(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            // Given records of all kinds, fewer and more of them than a batch has rows
            List.of(failing, readyMade, throwing, throwingLater, resulted).forEach(set -> set.clear());
            int records = random.nextInt(60);
            int trouble = random.nextInt(60);
            for (int record = 0; record < records; record++) {
                Set<Integer> kind =
                        List.of(failing, readyMade, throwing, throwingLater).get(random.nextInt(4));
                if (random.nextInt(60) < trouble) {
                    kind.add(record);
                }
            }

            // When
            List<@Nullable String> results = score(fake(1 + random.nextInt(20)), records);

            // Then
            assertThat(results)
                    .containsExactlyElementsOf(
                            IntStream.range(0, records).mapToObj(this::expected).toList());
            assertThat(resulted)
                    .containsExactlyElementsOf(IntStream.range(0, records)
                            .filter(record -> expected(record).startsWith("scored")
                                    || (throwingLater.contains(record) && !failing.contains(record)))
                            .boxed()
                            .toList());
        }
    }

    @Test
    void moreRecordsThanRowsTakeSeveralCalls() {
        FakeScorer fake = fake(8);

        score(fake, 20);

        assertThat(fake.batchSizes()).containsExactly(8, 8, 4);
    }

    @Test
    void recordsThatNeedNoRowLeaveTheModelAlone() {
        readyMade.addAll(List.of(0, 1, 2));
        FakeScorer fake = fake(8);

        assertThat(score(fake, 3)).containsExactly("ready 0", "ready 1", "ready 2");
        assertThat(score(fake, 0)).isEmpty();
        assertThat(fake.calls()).isZero();
    }

    @Test
    void oneCulpritAmongManyCostsTwoCallsPerHalving() {
        failing.add(777);
        FakeScorer fake = fake(1024);

        score(fake, 1024);

        assertThat(fake.calls()).isLessThanOrEqualTo(1 + 2 * 10);
    }

    @Test
    void anotherExceptionOfTheScorerIsNobodysFaultAndPassesThrough() {
        // Given
        FakeScorer fake = FakeScorer.of(1, 8, (in, out) -> {
            throw new IllegalStateException("the device is gone");
        });

        // Then
        assertThatThrownBy(() -> score(fake, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the device is gone");
    }

    @Test
    void aClosedScorerIsNotTheRecordsFault() {
        FakeScorer fake = fake(8);
        @Nullable String[] results = new String[1];
        try (BatchScorer<Integer, String> scorer = new BatchScorer<>(fake, new Numbers(), TIMES)) {
            fake.close();

            assertThatThrownBy(() -> scorer.score(List.of(1), results))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
        assertThat(results).containsOnlyNulls();
    }
}
