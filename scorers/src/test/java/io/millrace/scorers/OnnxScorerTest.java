package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxScorerTest {
    private static final double NEAR = 1e-5;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlp",
                "autoencoder",
                "several-inputs",
                "fixed-batch-4",
                "batch-1",
                "no-batch-axis",
                "window",
                "recurrent",
                "double",
                "bool",
                "integers",
                "open-row-shape",
                "float16-input",
                "bfloat16",
                "string-input",
                "string-output",
                "zipmap-output",
                "zipmap-strings",
                "fixed-zipmap",
                "sequence-of-tensors",
                "tensor-per-row",
                "scalar-input",
                "shared-row",
                "two-layer-state",
                "batch-second",
                "defaulted-input",
                "old-opset"
            })
    void outputsEqualTheGoldenOnesWhateverTheBatch(String model) throws Exception {
        Golden golden = Golden.of(model);
        try (OnnxScorer scorer = Models.open(model, 21);
                Batch batch = scorer.newBatch()) {
            assertThat(scorer.contract().inputs())
                    .extracting(TensorSpec::name)
                    .containsExactlyElementsOf(golden.inputs().keySet());
            assertThat(scorer.contract().outputs())
                    .extracting(TensorSpec::name)
                    .containsExactlyElementsOf(golden.outputs().keySet());
            for (int rows = 1; rows <= scorer.maxRows(); rows++) {
                int shift = rows;
                for (int r = 0; r < rows; r++) {
                    golden.fill(batch, (r + shift) % golden.rows(), r);
                }

                scorer.score(batch, rows);

                for (int r = 0; r < rows; r++) {
                    assertOutputs(golden, (r + shift) % golden.rows(), batch, r);
                }
            }
        }
    }

    private static void assertOutputs(Golden golden, int goldenRow, Batch batch, int row) {
        int index = 0;
        for (Golden.Table expected : golden.outputs().values()) {
            TensorBuffer output = batch.output(index++);
            if (expected.isText()) {
                assertThat(IntStream.range(0, output.rowSize()).mapToObj(column -> output.text(row, column)))
                        .containsExactly(expected.texts()[goldenRow]);
            } else {
                double[] actual = new double[output.rowSize()];
                output.getRow(row, actual, 0);
                assertThat(actual).containsExactly(expected.numbers()[goldenRow], within(NEAR));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mlp            | features: float[?, 16]                          | score: float[?, 1]
            several-inputs | features: float[?, 4], kind: int64[?]           | score: float[?], sum: float[?, 4]
            fixed-batch-4  | features: float[4, 3]                           | score: float[4, 2]
            batch-1        | features: float[1, 5]                           | score: float[1, 1]
            no-batch-axis  | features: float[1, 6]                           | score: float[1, 2]
            window         | window: float[?, 64, 8]                         | score: float[?, 1]
            recurrent      | features: float[?, 3], hidden_in: float[?, 1, 4]| score: float[?, 1], hidden_out: float[?, 1, 4]
            double         | features: double[?, 3]                          | score: double[?, 2]
            bool           | open: bool[?, 2]                                | closed: bool[?, 2]
            open-row-shape | features: float[?, 3]                           | score: float[?, 5]
            string-input   | state: string[?, 1]                             | code: int64[?, 1]
            float16-input  | features: float16[?, 3]                         | score: float16[?, 3]
            zipmap-output  | features: float[?, 3]                           | probabilities: float[?, 3]
            tensor-per-row | features: float[?, 3]                           | parts: float[?, 1, 3]
            sequence-of-tensors | features: float[?, 3]                      | parts: float[?, 2, 3]
            scalar-input   | features: float[?, 3], threshold: float[?]      | above: bool[?, 3]
            shared-row     | features: float[?, 3], centre: float[?, 1, 3]    | score: float[?, 3]
            two-layer-state | state: float[?, 2, 4]                          | next: float[?, 2, 4]
            batch-second   | window: float[?, 4, 2]                          | last: float[?, 2]
            defaulted-input | features: float[?, 3]                          | score: float[?, 3]
            """)
    void theContractShowsTensorsAsTheirRowsSeeThem(String model, String inputs, String outputs) throws Exception {
        try (OnnxScorer scorer = Models.open(model, 4)) {
            ModelContract contract = scorer.contract();

            assertThat(text(contract.inputs())).isEqualTo(inputs);
            assertThat(text(contract.outputs())).isEqualTo(outputs);
            assertThat(contract.name()).isEqualTo(model);
            assertThat(contract.sha256()).isEqualTo(Models.file(model).sha256());
            assertThat(contract.metadata()).containsEntry("threshold", "0.25");
            assertThat(scorer.provider()).isEqualTo("CPU");
        }
    }

    @Test
    void theLengthOfASequenceIsWhatTheCallerSays() throws Exception {
        Golden golden = Golden.of("open-sequence");
        for (List<Long> shape : List.of(List.of(5L, 3L), List.of(15L))) {
            OnnxOptions options = new OnnxOptions(8, 1).withRowShapes(Map.of("window", shape));
            try (OnnxScorer scorer = OnnxScorer.open(Models.file("open-sequence"), options);
                    Batch batch = scorer.newBatch()) {
                assertThat(text(scorer.contract().inputs())).isEqualTo("window: float[?, 5, 3]");
                for (int row = 0; row < golden.rows(); row++) {
                    golden.fill(batch, row, row);
                }
                scorer.score(batch, golden.rows());
                for (int row = 0; row < golden.rows(); row++) {
                    assertOutputs(golden, row, batch, row);
                }
            }
        }
        try (OnnxScorer scorer = Models.open("open-sequence", 8)) {
            assertThat(text(scorer.contract().inputs())).isEqualTo("window: float[?, 1, 3]");
        }
    }

    @Test
    void anOptionalInputIsFedWhereTheCallerSaysSo() throws Exception {
        OnnxOptions fed = new OnnxOptions(8, 1).withRowShapes(Map.of("bias", List.of(3L)));
        try (OnnxScorer without = Models.open("optional-input", 8);
                OnnxScorer with = OnnxScorer.open(Models.file("optional-input"), fed);
                Batch one = without.newBatch();
                Batch two = with.newBatch()) {
            assertThat(text(without.contract().inputs())).isEqualTo("features: float[?, 3]");
            assertThat(text(with.contract().inputs())).isEqualTo("features: float[?, 3], bias: float[?, 3]");
            one.input(0).setRow(0, new double[] {1, 2, 3}, 0);
            two.input(0).setRow(0, new double[] {1, 2, 3}, 0);
            two.input(1).setRow(0, new double[] {10, 20, 30}, 0);

            without.score(one, 1);
            with.score(two, 1);

            double[] row = new double[3];
            one.output(0).getRow(0, row, 0);
            assertThat(row).containsExactly(1, 2, 3);
            two.output(0).getRow(0, row, 0);
            assertThat(row).containsExactly(11, 22, 33);
        }
    }

    @Test
    void theKeysOfAMapAreItsLabels() throws Exception {
        try (OnnxScorer numbers = Models.open("zipmap-output", 4);
                OnnxScorer texts = Models.open("zipmap-strings", 4)) {
            assertThat(numbers.contract().outputs().get(0).labels()).containsExactly("0", "1", "2");
            assertThat(texts.contract().outputs().get(0).labels()).containsExactly("idle", "ok", "worn");
        }
    }

    @Test
    void rowsThatShareAnInputAreScoredWithTheirOwnValueOfIt() throws Exception {
        // Given rows whose scalar threshold changes from row to row, though the model takes one a call
        try (OnnxScorer scorer = Models.open("scalar-input", 8);
                Batch batch = scorer.newBatch()) {
            double[] thresholds = {0, 0, 1, 1, 1, 0, 1};
            for (int row = 0; row < thresholds.length; row++) {
                batch.input(0).setRow(row, new double[] {-0.5, 0.5, 1.5}, 0);
                batch.input(1).set(row, 0, thresholds[row]);
            }

            // When
            scorer.score(batch, thresholds.length);

            // Then
            for (int row = 0; row < thresholds.length; row++) {
                assertThat(batch.output(0).get(row, 1)).isEqualTo(thresholds[row] == 0 ? 1 : 0);
            }
        }
    }

    @Test
    void textForNumbersAndNumbersForTextAreRefused() throws Exception {
        try (OnnxScorer scorer = Models.open("string-input", 4);
                Batch batch = scorer.newBatch()) {
            assertThatThrownBy(() -> batch.input(0).set(0, 0, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the tensor holds text, not numbers");
            assertThatThrownBy(() -> batch.output(0).text(0, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the tensor holds numbers, not text");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            future-ir  | Unsupported model IR version: 99
            custom-op  | acme.ops:Wonder
            future-opset | Opset 999
            """)
    void whatThisRuntimeDoesNotKnowIsNamed(String model, String message) {
        assertThatThrownBy(() -> Models.open(model, 8))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model " + Models.path(model) + " cannot be loaded: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private static String text(List<TensorSpec> specs) {
        return String.join(", ", specs.stream().map(TensorSpec::toString).toList());
    }

    @Test
    void rowsThatAnEarlierCallLeftDoNotChangeResults() throws Exception {
        // Given a batch full of rows that make a model fail or give NaN
        for (String model : List.of("several-inputs", "fixed-batch-4")) {
            Golden golden = Golden.of(model);
            try (OnnxScorer scorer = Models.open(model, 12);
                    Batch batch = scorer.newBatch()) {
                for (int r = 1; r < 12; r++) {
                    for (int i = 0; i < golden.inputs().size(); i++) {
                        double[] poison = new double[batch.input(i).rowSize()];
                        Arrays.fill(poison, i == 0 ? Double.NaN : 99);
                        batch.input(i).setRow(r, poison, 0);
                    }
                }
                golden.fill(batch, 0, 0);
                for (int rows : new int[] {1, 3, 9, 11}) {
                    for (int r = 0; r < rows; r++) {
                        golden.fill(batch, r % golden.rows(), r);
                    }

                    // When fewer rows are scored
                    scorer.score(batch, rows);

                    // Then only they count
                    for (int r = 0; r < rows; r++) {
                        assertOutputs(golden, r % golden.rows(), batch, r);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"mlp, 9", "fixed-batch-4, 5", "batch-1, 1"})
    void outputsOfPaddingCannotBeRead(String model, int rows) throws Exception {
        try (OnnxScorer scorer = Models.open(model, 12);
                Batch batch = scorer.newBatch()) {
            assertThatThrownBy(() -> batch.output(0).get(0, 0)).isInstanceOf(IndexOutOfBoundsException.class);

            scorer.score(batch, rows);

            assertThat(batch.output(0).get(rows - 1, 0)).isFinite();
            assertThatThrownBy(() -> batch.output(0).get(rows, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aFailedBatchCanBeUsedAgain() throws Exception {
        Golden golden = Golden.of("several-inputs");
        try (OnnxScorer scorer = Models.open("several-inputs", 8);
                Batch batch = scorer.newBatch()) {
            golden.fill(batch, 0, 0);
            golden.fill(batch, 1, 1);
            batch.input(1).set(1, 0, 99);

            assertThatThrownBy(() -> scorer.score(batch, 2))
                    .isInstanceOf(ScoringException.class)
                    .hasMessageContaining("Gather")
                    .hasMessageNotContaining("\n");
            assertThatThrownBy(() -> batch.output(0).get(0, 0)).isInstanceOf(IndexOutOfBoundsException.class);

            scorer.score(batch, 1);
            assertOutputs(golden, 0, batch, 0);
        }
    }

    @Test
    void aRecurrentModelIsFedItsOwnStateStepByStep() throws Exception {
        Golden golden = Golden.of("recurrent");
        try (OnnxScorer scorer = Models.open("recurrent", 4);
                Batch one = scorer.newBatch();
                Batch two = scorer.newBatch()) {
            double[] state = new double[4];
            double[] stateOfTwo = new double[4];
            for (int step = 0; step < 5; step++) {
                // Given the same device alone in one batch and beside another in the other
                golden.fill(one, step, 0);
                one.input(1).setRow(0, state, 0);
                golden.fill(two, 6, 0);
                golden.fill(two, step, 1);
                two.input(1).setRow(1, stateOfTwo, 0);

                scorer.score(one, 1);
                scorer.score(two, 2);

                one.output(1).getRow(0, state, 0);
                two.output(1).getRow(1, stateOfTwo, 0);
                assertThat(state).isEqualTo(stateOfTwo).doesNotContain(0.0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 9})
    void rowsOutOfRangeAreRefused(int rows) throws Exception {
        try (OnnxScorer scorer = Models.open("mlp", 8);
                Batch batch = scorer.newBatch()) {
            assertThatThrownBy(() -> scorer.score(batch, rows))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rows must be between 1 and 8, got: " + rows);
        }
    }

    @Test
    void aBatchOfAnotherScorerIsRefused() throws Exception {
        try (OnnxScorer scorer = Models.open("mlp", 8);
                OnnxScorer other = Models.open("mlp", 8);
                Batch batch = other.newBatch()) {
            assertThatThrownBy(() -> scorer.score(batch, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the batch must come from newBatch() of this scorer");
        }
    }

    @Test
    void whatIsClosedIsRefusedAndClosingTwiceIsHarmless() throws Exception {
        OnnxScorer scorer = Models.open("mlp", 8);
        Batch open = scorer.newBatch();
        Batch shut = scorer.newBatch();

        shut.close();
        shut.close();
        assertThatThrownBy(() -> scorer.score(shut, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the batch is closed");
        assertThatThrownBy(() -> shut.input(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> shut.output(0)).isInstanceOf(IllegalStateException.class);
        scorer.score(open, 1);

        scorer.close();
        scorer.close();
        assertThatThrownBy(() -> scorer.score(open, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the scorer of model mlp is closed");
        assertThatThrownBy(scorer::newBatch).isInstanceOf(IllegalStateException.class);
        open.close();
        assertThatThrownBy(() -> scorer.score(open, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void threadsShareAScorerAndClosingItUnderThemIsSafe() throws Exception {
        Golden golden = Golden.of("mlp");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                OnnxScorer scorer = Models.open("mlp", 16);
                Callable<Integer> worker = () -> {
                    int calls = 0;
                    try (Batch batch = scorer.newBatch()) {
                        for (int r = 0; r < 16; r++) {
                            golden.fill(batch, r % golden.rows(), r);
                        }
                        while (true) {
                            scorer.score(batch, 1 + calls % 16);
                            assertOutputs(golden, 0, batch, 0);
                            calls++;
                            if (calls == 50) {
                                scorer.close();
                            }
                        }
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessage("the scorer of model mlp is closed");
                        return calls;
                    }
                };

                List<Future<Integer>> results = IntStream.range(0, 4)
                        .mapToObj(i -> threads.submit(worker))
                        .toList();

                int most = 0;
                for (Future<Integer> result : results) {
                    most = Math.max(most, result.get());
                }
                assertThat(most).isGreaterThanOrEqualTo(50);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unsigned        | input 'count' must have one of the element types float, double, float16, bfloat16, int8, uint8, int16, int32, int64, bool, string, got: uint32
            map-input       | input 'counts' must be a tensor, got: a map
            no-output-axis  | the batch axis of output 'mean' cannot be found; two rows give float[1, 3], three rows float[1, 3]
            """)
    void modelsThatCannotBeScoredInRowsAreRefused(String model, String message) {
        assertThatThrownBy(() -> Models.open(model, 8))
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + Models.path(model) + ": " + message);
    }

    @Test
    void aModelThatMixesRowsIsRefusedUnlessRowsAreScoredOneByOne() throws Exception {
        assertThatThrownBy(() -> Models.open("mixes-rows", 8))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("output 'score' of a row must not depend on the rows beside it")
                .hasMessageContaining("in one of 2 rows");

        try (OnnxScorer scorer = Models.open("mixes-rows", 1)) {
            assertThat(scorer.maxRows()).isEqualTo(1);
        }
    }

    @Test
    void aBatchBeyondTheMemoryOfOneBufferIsRefused() {
        assertThatThrownBy(() -> Models.open("large-row", 512).close())
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + Models.path("large-row")
                        + ": a batch must have at most 2147483647 bytes, got: 2147485696 for 512 rows");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "fixed-batch-4", "batch-1"})
    void openingMeasuresWhatACallCosts(String model) throws Exception {
        try (OnnxScorer scorer = Models.open(model, 64)) {
            assertThat(scorer.cost().nanosPerRow()).isPositive();
            assertThat(scorer.suggestedRows()).isBetween(model.equals("fixed-batch-4") ? 4 : 1, 64);
            assertThat(scorer.largestDeviation()).isLessThan(1e-6);
        }
    }

    @Test
    void aModelOpensOnAThreadWithASmallStack() throws Exception {
        Throwable[] failure = new Throwable[1];
        Thread small = new Thread(
                null,
                () -> {
                    try {
                        Models.open("mlp", 8).close();
                    } catch (ModelException e) {
                        failure[0] = e;
                    }
                },
                "small",
                128 << 10);

        small.start();
        small.join();

        assertThat(failure[0]).isNull();
    }
}
