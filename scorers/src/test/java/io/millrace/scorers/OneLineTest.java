package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {
    @Test
    void onnxRuntimesOwnSourcesAreNoPartOfItsMessage() {
        assertThat(
                        OneLine.of(
                                "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/session/"
                                        + "provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() "
                                        + "[ONNXRuntimeError] : 1 : FAIL : Failed to load library\n/tmp/libonnxruntime_providers_cuda.so"))
                .isEqualTo("Failed to load library /tmp/libonnxruntime_providers_cuda.so");
        assertThat(OneLine.of("Error code - ORT_INVALID_PROTOBUF - message: Failed to parse"))
                .isEqualTo("Failed to parse");
        assertThat(OneLine.of("nothing of the kind")).isEqualTo("nothing of the kind");
    }
}
