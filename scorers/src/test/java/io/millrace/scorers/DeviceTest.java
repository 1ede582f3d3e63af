package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
    @Test
    void readsEveryKind() {
        assertThat(Device.parse("cpu")).isSameAs(Device.CPU);
        assertThat(Device.parse("cuda:1")).isEqualTo(new Device.Cuda(1));
        assertThat(Device.parse("tensorrt:0")).isEqualTo(new Device.TensorRt(0));
        assertThat(Device.parse("openvino:HETERO:FPGA,CPU")).isEqualTo(new Device.OpenVino("HETERO:FPGA,CPU"));
        assertThat(Device.parse("plugin:/opt/npu/libep.so?name=Npu&device=1&option.a=b%26c&option.d=1+1"))
                .isEqualTo(new Device.Plugin(
                        Path.of("/opt/npu/libep.so"), "Npu", OptionalInt.of(1), Map.of("a", "b&c", "d", "1+1")));
        assertThat(Device.parse("remote:grpc://scorer:8001/pump"))
                .isEqualTo(new Device.Remote(
                        "scorer",
                        8001,
                        "pump",
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1)));
        assertThat(Device.parse(
                        "remote:grpcs://[::1]:443/a%20b?version=2&ca=/etc/ca.pem&cert=/etc/me.pem&key=/etc/me.key"
                                + "&deadline=250ms&patience=10s"))
                .isEqualTo(new Device.Remote(
                        "[::1]",
                        443,
                        "a b",
                        Optional.of("2"),
                        true,
                        Optional.of(Path.of("/etc/ca.pem")),
                        Optional.of(new Device.ClientCertificate(Path.of("/etc/me.pem"), Path.of("/etc/me.key"))),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(10)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda", "cuda:", "cuda:-1", "cuda:x", "openvino:", "remote:http://a:1/m", "CPU"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Device.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be cpu, cuda:N, ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            plugin:lib.so?name=A                   | must name the plugin's library by its absolute path
            plugin:/lib.so                         | must name the plugin's provider: ?name=NAME
            plugin:/lib.so?name=A&device=x         | must have a number for device
            plugin:/lib.so?name=A&speed=1          | must not have speed behind the question mark of such a device
            plugin:/lib.so?name                    | must have key=value behind the question mark
            plugin:/lib.so?name=A&name=B           | must have name once
            cuda:0?x=1                             | must not have x behind the question mark of such a device
            remote:grpc://h:0/m                    | must have a port between 1 and 65535
            remote:grpc://h:1/m?ca=/x              | must begin with remote:grpcs:// where ca, cert or key is given
            remote:grpc://h:1/m?cert=/x&key=/y     | must begin with remote:grpcs:// where ca, cert or key is given
            remote:grpcs://h:1/m?cert=/x           | must have both of cert and key, or neither
            remote:grpc://h:1/m?deadline=5         | must have durations such as 500ms, 5s or 1m
            remote:grpc://h:1/m?deadline=0s        | must have durations such as 500ms, 5s or 1m
            """)
    void saysWhichRuleIsBroken(String text, String rule) {
        assertThatThrownBy(() -> Device.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda:0", "tensorrt:0", "openvino:GPU"})
    void whatThisBuildOfOnnxRuntimeLacksIsRefusedWithTheBuildToTake(String device) {
        assumeThat(OrtEnvironment.getAvailableProviders()).containsExactly(OrtProvider.CPU);
        OnnxOptions options = OnnxOptions.defaults().withDevice(Device.parse(device), true);

        assertThatThrownBy(() -> OnnxScorer.open(Models.file("mlp"), options))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(" must run on " + device + ": it needs a build of ONNX Runtime ")
                .hasMessageContaining(", this one has [CPU");
    }

    /** Runs in a build with {@code -Pgpu}, on a machine without CUDA. */
    @ParameterizedTest
    @CsvSource({"cuda:0, CUDA 12 and cuDNN 9", "tensorrt:0, 'CUDA 12, cuDNN 9 and TensorRT'"})
    void whatThisMachineLacksForACardIsRefusedByNameOrTheCpuTakesItsPlace(String device, String need) throws Exception {
        assumeThat(OrtEnvironment.getAvailableProviders()).contains(OrtProvider.CUDA);
        assumeThat(Path.of("/dev/nvidia0")).doesNotExist();
        OnnxOptions strict = OnnxOptions.defaults().withDevice(Device.parse(device), true);
        String why = "it needs " + need + " on this machine: Failed to load ";

        assertThatThrownBy(() -> OnnxScorer.open(Models.file("mlp"), strict))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(" must run on " + device + ": " + why);
        OnnxOptions lenient = OnnxOptions.defaults().withDevice(Device.parse(device), false);
        try (OnnxScorer scorer = OnnxScorer.open(Models.file("mlp"), lenient)) {
            assertThat(scorer.provider()).isEqualTo("CPU");
            assertThat(scorer.device().lines().get(0)).contains("the CPU INSTEAD OF " + device + ": " + why);
        }
    }
}
