package io.millrace.scorers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Where a model is to run. {@link #parse} reads what people write, {@code toString} gives it back in short. */
public sealed interface Device {
    /** ONNX Runtime's own CPU provider. */
    Device CPU = new Cpu();

    /** This machine's processor. */
    record Cpu() implements Device {
        @Override
        public String toString() {
            return "cpu";
        }
    }

    /** An NVIDIA card, by CUDA. */
    record Cuda(int index) implements Device {
        @Override
        public String toString() {
            return "cuda:" + index;
        }
    }

    /** An NVIDIA card, by TensorRT, and by CUDA for what TensorRT does not take. */
    record TensorRt(int index) implements Device {
        @Override
        public String toString() {
            return "tensorrt:" + index;
        }
    }

    /**
     * An ONNX Runtime that was built with OpenVINO.
     *
     * @param type OpenVINO's device type: {@code CPU}, {@code GPU}, {@code NPU}, {@code HETERO:FPGA,CPU}, …
     */
    record OpenVino(String type) implements Device {
        @Override
        public String toString() {
            return "openvino:" + type;
        }
    }

    /**
     * An execution provider in a library of its own.
     *
     * @param library its absolute path
     * @param name the provider's name, under which it is registered
     * @param index which of the provider's devices; all of them where it is not said
     * @param options handed to the provider as they are
     */
    record Plugin(Path library, String name, OptionalInt index, Map<String, String> options) implements Device {
        public Plugin {
            options = Map.copyOf(options);
        }

        @Override
        public String toString() {
            return "plugin:" + library + "?name=" + name;
        }
    }

    /**
     * A server that speaks the Open Inference Protocol v2 over gRPC.
     *
     * @param model the model's name there
     * @param version its version; the server's choice where it is not said
     * @param tls whether the connection is encrypted and the server's certificate checked
     * @param ca whose certificates to trust instead of the JVM's, a PEM file
     * @param client what to show to a server that wants to know who asks
     * @param deadline how long one call may take
     * @param patience how long a call is tried again before it is given up
     */
    record Remote(
            String host,
            int port,
            String model,
            Optional<String> version,
            boolean tls,
            Optional<Path> ca,
            Optional<ClientCertificate> client,
            Duration deadline,
            Duration patience)
            implements Device {
        @Override
        public String toString() {
            return "remote:" + (tls ? "grpcs" : "grpc") + "://" + host + ":" + port + "/" + model;
        }
    }

    /**
     * What a client shows of itself; PEM files.
     *
     * @param certificate the certificate, and those that it leads back to
     * @param key its private key, PKCS #8 and not encrypted
     */
    record ClientCertificate(Path certificate, Path key) {}

    /**
     * Reads a device as {@code pipeline.yaml} has it.
     *
     * @throws IllegalArgumentException that says what it must be
     */
    static Device parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        return DeviceText.parse(text);
    }
}
