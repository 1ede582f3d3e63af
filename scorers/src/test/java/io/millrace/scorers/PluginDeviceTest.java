package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider in a library of its own, loaded into the unmodified ONNX Runtime. */
class PluginDeviceTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Path library;

    @BeforeAll
    static void build() throws Exception {
        library = ToyProvider.build(folder);
    }

    private static OnnxScorer open(Device device, boolean require) throws ModelException {
        return OnnxScorer.open(
                Models.file("mlp"), OnnxOptions.defaults().withMaxRows(16).withDevice(device, require));
    }

    private static void assertGolden(OnnxScorer scorer, Batch batch) throws Exception {
        Golden golden = Golden.of("mlp");
        for (int row = 0; row < golden.rows(); row++) {
            golden.fill(batch, row, row);
        }
        scorer.score(batch, golden.rows());
        double[][] expected = golden.outputs().values().iterator().next().numbers();
        for (int row = 0; row < golden.rows(); row++) {
            assertThat(batch.output(0).get(row, 0))
                    .isCloseTo(expected[row][0], org.assertj.core.api.Assertions.within(1e-5));
        }
    }

    @Test
    void takesItsPartOfTheModelAndTheProfileShowsTheSplit() throws Exception {
        try (OnnxScorer scorer = open(ToyProvider.device(library, Map.of()), true);
                Batch batch = scorer.newBatch()) {
            assertGolden(scorer, batch);

            assertThat(scorer.provider()).isEqualTo(ToyProvider.NAME);
            assertThat(batch.provider()).isEqualTo(ToyProvider.NAME);
            assertThat(scorer.device().fallback()).isEmpty();
            Placement placement = scorer.device().placement().orElseThrow();
            assertThat(placement.shares())
                    .extracting(Placement.Share::provider)
                    .containsExactlyInAnyOrder(ToyProvider.NAME, "CPU");
            assertThat(placement.shares()).allSatisfy(share -> {
                assertThat(share.nodes()).isPositive();
                assertThat(share.time()).isBetween(0.0, 1.0);
            });
            assertThat(placement.shares().stream()
                            .mapToDouble(Placement.Share::time)
                            .sum())
                    .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-9));
            assertThat(scorer.device().deviation().orElseThrow()).isLessThan(1e-6);
            assertThat(String.join("\n", scorer.device().lines()))
                    .contains("Toy (plugin:" + library + "?name=Toy)")
                    .containsPattern("executed by .*Toy \\d+ of \\d+ nodes and \\d+ % of the time");
        }
    }

    @Test
    void missingAndWrongLibrariesAreRefusedWithWhatIsMissing() throws Exception {
        Path missing = folder.resolve("libmissing.so").toAbsolutePath();
        Path other = ToyProvider.buildOther(folder);
        Path text =
                Files.writeString(folder.resolve("libtext.so"), "no library").toAbsolutePath();

        assertRefused(ToyProvider.device(missing, Map.of()), "there is no library " + missing);
        assertRefused(ToyProvider.device(other, Map.of()), "CreateEpFactories");
        assertRefused(ToyProvider.device(text, Map.of()), "libtext.so");
        assertRefused(
                new Device.Plugin(library, ToyProvider.NAME, OptionalInt.of(7), Map.of()),
                "the provider Toy has 1 devices, got: device 7");
        // And the library can be used all the same.
        open(ToyProvider.device(library, Map.of()), true).close();
    }

    private static void assertRefused(Device device, String why) throws Exception {
        assertThatThrownBy(() -> open(device, true))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model " + Models.path("mlp") + " must run on " + device + ": ")
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
        try (OnnxScorer scorer = open(device, false);
                Batch batch = scorer.newBatch()) {
            assertGolden(scorer, batch);
            assertThat(scorer.provider()).isEqualTo("CPU");
            assertThat(batch.provider()).isEqualTo("CPU");
            assertThat(scorer.device().fallback().orElseThrow()).contains(why);
            assertThat(scorer.device().lines().get(0)).startsWith("the CPU INSTEAD OF " + device);
        }
    }

    @Test
    void aProviderThatTakesNothingDoesNotCountAsRunningThere() throws Exception {
        assertRefused(
                ToyProvider.device(library, Map.of("claim", "none")),
                "it has taken none of the model's nodes; ONNX Runtime's profile says: CPU");
    }

    @Test
    void aDeviceWithOtherResultsThanTheCpusIsRefusedUnlessTheyAreTolerated() throws Exception {
        Device wrong = ToyProvider.device(library, Map.of("wrong", "1"));

        assertRefused(wrong, "golden rows must have the CPU's results within a tolerance of 0.001, got: ");

        OnnxOptions tolerant =
                OnnxOptions.defaults().withMaxRows(4).withDevice(wrong, true).withTolerance(1);
        try (OnnxScorer scorer = OnnxScorer.open(Models.file("mlp"), tolerant)) {
            assertThat(scorer.device().deviation().orElseThrow()).isBetween(1e-3, 1.0);
        }
    }

    @Test
    void aFaultOfARequiredDeviceFailsTheCallAndBlamesNoRow() throws Exception {
        Path fault = folder.resolve("fault-required");
        try (OnnxScorer scorer = open(ToyProvider.device(library, Map.of("fault", fault.toString())), true);
                Batch batch = scorer.newBatch()) {
            assertGolden(scorer, batch);

            Files.createFile(fault);
            assertThatThrownBy(() -> scorer.score(batch, 3))
                    .isInstanceOfSatisfying(
                            DeviceException.class, e -> assertThat(e.isOutage()).isFalse())
                    .hasMessageContaining("device Toy has failed where the CPU did not")
                    .hasMessageContaining("the toy device has caught fire");
            assertThat(scorer.deviceFaults()).isEqualTo(1);

            Files.delete(fault);
            assertGolden(scorer, batch);
            assertThat(batch.provider()).isEqualTo(ToyProvider.NAME);
        }
    }

    @Test
    void aFaultOfAnyOtherDeviceIsCountedAndTheCpuScores() throws Exception {
        Path fault = folder.resolve("fault-tolerated");
        try (OnnxScorer scorer = open(ToyProvider.device(library, Map.of("fault", fault.toString())), false);
                Batch batch = scorer.newBatch()) {
            assertGolden(scorer, batch);
            assertThat(batch.provider()).isEqualTo(ToyProvider.NAME);

            Files.createFile(fault);
            assertGolden(scorer, batch);
            assertThat(batch.provider()).isEqualTo("CPU");
            assertThat(scorer.deviceFaults()).isEqualTo(1);

            // It rests, and is not asked at once.
            assertGolden(scorer, batch);
            assertThat(batch.provider()).isEqualTo("CPU");
            assertThat(scorer.deviceFaults()).isEqualTo(1);
        }
    }

    @Test
    void theLibraryIsUnloadedWithItsLastSession() throws Exception {
        Device device = ToyProvider.device(library, Map.of());
        OnnxScorer first = open(device, true);
        OnnxScorer second = open(device, true);
        assertThat(isMapped(library)).isTrue();

        first.close();
        try (Batch batch = second.newBatch()) {
            assertGolden(second, batch);
        }
        second.close();

        assertThat(isMapped(library)).as("still in /proc/self/maps").isFalse();
        open(device, true).close();
        assertThat(isMapped(library)).isFalse();
    }

    private static boolean isMapped(Path file) throws Exception {
        return Files.readString(Path.of("/proc/self/maps"))
                .contains(file.toRealPath().toString());
    }
}
