package io.millrace.deploy.cli;

import static io.millrace.deploy.cli.Shell.millrace;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.deploy.cli.Shell.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceCheckCommandTest {
    private static final Path MODEL = Path.of("../scorers/src/test/resources/models/mlp.onnx");

    @Test
    void printsATableWithARowForEachBatchSizeAndNumberOfCallers() {
        Result check =
                millrace("device-check", MODEL, "--device", "cpu", "--rows", "5", "--callers", "1,2", "--for", "10ms");

        assertThat(check.err()).isEmpty();
        assertThat(check.code()).isEqualTo(ExitCode.OK);
        List<String> rows =
                check.out().lines().filter(line -> line.startsWith("| ")).toList();
        assertThat(rows.get(0))
                .isEqualTo("| callers | rows | CPU rows/s | p50 µs | p99 µs | CPU rows/s | p50 µs | p99 µs | × CPU |");
        assertThat(rows.subList(1, rows.size()))
                .extracting(row -> row.substring(0, 8))
                .containsExactly("| 1 | 1 ", "| 1 | 2 ", "| 1 | 4 ", "| 2 | 1 ", "| 2 | 2 ", "| 2 | 4 ");
        assertThat(rows.subList(1, rows.size())).noneMatch(row -> row.contains("NaN") || row.contains("| 0 |"));
    }

    @Test
    void aDeviceThatIsNotThereIsSaidSo() {
        Result check = millrace("device-check", MODEL, "--device", "cuda:0");

        assertThat(check.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(check.err()).contains("must run on cuda:0: it needs a build of ONNX Runtime for CUDA (mvn -Pgpu)");
    }

    @Test
    void aDeviceThatIsNoneIsWrongUsage() {
        Result check = millrace("device-check", MODEL, "--device", "gpu");

        assertThat(check.code()).isEqualTo(ExitCode.USAGE);
        assertThat(check.err()).contains("must be cpu, cuda:N, ").contains("got: gpu");
    }
}
