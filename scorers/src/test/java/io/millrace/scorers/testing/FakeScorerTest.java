package io.millrace.scorers.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.scorers.Batch;
import io.millrace.scorers.ScoringException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FakeScorerTest {
    private final FakeScorer scorer = FakeScorer.of(2, 8, (in, out) -> out[0][0] = in[0][0] + in[0][1]);

    private static void fill(Batch batch, int rows) {
        for (int r = 0; r < rows; r++) {
            batch.input(0).setRow(r, new double[] {r, 10}, 0);
        }
    }

    @Test
    void theFunctionScoresEachRowAndCallsAreRemembered() throws Exception {
        Batch batch = scorer.newBatch();
        fill(batch, 8);

        scorer.score(batch, 3);
        scorer.score(batch, 8);
        scorer.score(batch, 2);

        assertThat(batch.output(0).get(1, 0)).isEqualTo(11);
        assertThatThrownBy(() -> batch.output(0).get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(scorer.batchSizes()).containsExactly(3, 8, 2);
        assertThat(scorer.calls()).isEqualTo(3);
    }

    @Test
    void severalInputsAndOutputsGoByTheContract() throws Exception {
        FakeScorer recurrent = new FakeScorer(
                FakeScorer.contract(
                        List.of(FakeScorer.floats("x", 1), FakeScorer.floats("hidden_in", 2)),
                        List.of(FakeScorer.floats("hidden_out", 2), FakeScorer.floats("y", 1))),
                4,
                (in, out) -> {
                    out[0][0] = in[1][0] + in[0][0];
                    out[0][1] = in[1][1] + 1;
                    out[1][0] = out[0][0] * 2;
                });
        Batch batch = recurrent.newBatch();
        batch.input(0).set(0, 0, 5);
        batch.input(1).setRow(0, new double[] {1, 2}, 0);

        recurrent.score(batch, 1);

        assertThat(batch.output(0).get(0, 0)).isEqualTo(6);
        assertThat(batch.output(0).get(0, 1)).isEqualTo(3);
        assertThat(batch.output(1).get(0, 0)).isEqualTo(12);
    }

    @Test
    void aRowThatFailsTakesItsBatchWithIt() throws Exception {
        Batch batch = scorer.newBatch();
        fill(batch, 4);
        scorer.failWhen(in -> in[0][0] == 2);

        assertThatThrownBy(() -> scorer.score(batch, 4)).isInstanceOf(ScoringException.class);
        assertThatThrownBy(() -> batch.output(0).get(0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        scorer.score(batch, 2);
        assertThat(batch.output(0).get(0, 0)).isEqualTo(10);
    }

    @Test
    void callsWaitUntilReleased() throws Exception {
        Batch batch = scorer.newBatch();
        fill(batch, 1);
        scorer.block();

        CompletableFuture<Void> call = CompletableFuture.runAsync(() -> {
            try {
                scorer.score(batch, 1);
            } catch (ScoringException e) {
                throw new IllegalStateException(e);
            }
        });
        while (scorer.calls() == 0) {
            Thread.onSpinWait();
        }

        assertThat(call).isNotDone();
        scorer.release();
        assertThat(join(call)).isTrue();
        assertThat(batch.output(0).get(0, 0)).isEqualTo(10);
    }

    private static boolean join(CompletableFuture<Void> call) throws InterruptedException, ExecutionException {
        call.get();
        return true;
    }

    @Test
    void theRulesOfARealScorerHold() {
        Batch batch = scorer.newBatch();
        Batch foreign = FakeScorer.of(2, 8, (in, out) -> {}).newBatch();

        assertThatThrownBy(() -> scorer.score(batch, 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows must be between 1 and 8, got: 9");
        assertThatThrownBy(() -> scorer.score(foreign, 1)).isInstanceOf(IllegalArgumentException.class);
        batch.close();
        assertThatThrownBy(() -> scorer.score(batch, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> batch.input(0)).isInstanceOf(IllegalStateException.class);
        scorer.close();
        scorer.close();
        assertThatThrownBy(scorer::newBatch).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> FakeScorer.of(1, 0, (in, out) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxRows must be at least 1, got: 0");
    }
}
