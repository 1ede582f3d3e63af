package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The protocol against a server that is not ours: MLServer, as {@code src/test/python/mlserver/serve} starts it, at the
 * address that {@code MILLRACE_MLSERVER} names.
 */
class MlServerIT {
    private String address = "";

    @BeforeEach
    void findServer() {
        String named = System.getenv("MILLRACE_MLSERVER");
        assumeTrue(named != null && !named.isEmpty(), "MILLRACE_MLSERVER names no server");
        address = String.valueOf(named);
    }

    private OnnxOptions on(String model) {
        Device device = Device.parse("remote:grpc://" + address + "/" + model + "?deadline=20s");
        return OnnxOptions.defaults().withMaxRows(64).withDevice(device, true);
    }

    @Test
    void scoresAsTheCpuDoes() throws Exception {
        Golden golden = Golden.of("mlp");
        try (OnnxScorer scorer = OnnxScorer.open(Models.file("mlp"), on("mlp"));
                Batch batch = scorer.newBatch()) {
            for (int row = 0; row < golden.rows(); row++) {
                golden.fill(batch, row, row);
            }

            scorer.score(batch, golden.rows());

            double[][] expected = golden.outputs().values().iterator().next().numbers();
            for (int row = 0; row < golden.rows(); row++) {
                assertThat(batch.output(0).get(row, 0)).isCloseTo(expected[row][0], within(1e-6));
            }
            assertThat(batch.provider()).isEqualTo("remote");
            assertThat(scorer.device().deviation().orElseThrow()).isLessThan(1e-5);
        }
    }

    @Test
    void needsNoFileHere() throws Exception {
        try (OnnxScorer scorer = OnnxScorer.openRemote("mlp", on("mlp"));
                Batch batch = scorer.newBatch()) {
            assertThat(scorer.contract().inputs())
                    .extracting(TensorSpec::toString)
                    .containsExactly("features: float[?, 16]");
            scorer.score(batch, 64);
            assertThat(batch.output(0).get(63, 0)).isFinite();
        }
    }

    @Test
    void aModelThatIsNotThereIsSaidSo() {
        assertThatThrownBy(() -> OnnxScorer.openRemote("mlp", on("nothing")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("nothing")
                .hasMessageContaining("not found");
    }

    @Test
    void anotherModelThanTheFileIsRefused() {
        assertThatThrownBy(() -> OnnxScorer.open(Models.file("autoencoder"), on("mlp")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("the server's model ");
    }
}
