package io.millrace.scorers;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The messages of the <a href="https://github.com/kserve/open-inference-protocol">Open Inference Protocol v2</a> that
 * scoring needs, written and read by field number. There are six short ones, and tensors go from and to the batch's
 * memory without the copies that generated classes would make.
 */
final class InferenceProtocol {
    static final MethodDescriptor<byte[], byte[]> SERVER_LIVE = method("ServerLive");
    static final MethodDescriptor<byte[], byte[]> MODEL_READY = method("ModelReady");
    static final MethodDescriptor<byte[], byte[]> MODEL_METADATA = method("ModelMetadata");
    static final MethodDescriptor<byte[], byte[]> MODEL_INFER = method("ModelInfer");

    private static final String SERVICE = "inference.GRPCInferenceService";

    private InferenceProtocol() {}

    /** A tensor as the server describes it; -1 is an open dimension. */
    record Tensor(String name, String datatype, List<Long> shape) {}

    /** A model's tensors as the server describes them; it may say nothing of either. */
    record Metadata(List<Tensor> inputs, List<Tensor> outputs) {}

    /**
     * A tensor that comes back.
     *
     * @param contents its numbers as a message of their own, unless they came raw
     * @param raw its numbers as little-endian bytes, unless they came as a message
     */
    record Output(Tensor tensor, Optional<byte[]> contents, Optional<ByteBuffer> raw) {}

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    /** What the protocol calls an element type. */
    static String datatype(ElementType type) {
        return switch (type.name()) {
            case "FLOAT" -> "FP32";
            case "DOUBLE" -> "FP64";
            case "FLOAT16" -> "FP16";
            case "BFLOAT16" -> "BF16";
            default -> type.name();
        };
    }

    /** A request that names a model. */
    static byte[] named(Device.Remote remote) {
        return message(out -> {
            out.writeString(1, remote.model());
            writeVersion(out, remote);
        });
    }

    private static void writeVersion(CodedOutputStream out, Device.Remote remote) throws IOException {
        if (remote.version().isPresent()) {
            out.writeString(2, remote.version().get());
        }
    }

    /**
     * A request to score.
     *
     * @param contents each input's rows, from position to limit
     */
    static byte[] infer(Device.Remote remote, List<Tensor> inputs, List<ByteBuffer> contents) {
        int size = contents.stream().mapToInt(ByteBuffer::remaining).sum();
        return message(size + 1024, out -> {
            out.writeString(1, remote.model());
            writeVersion(out, remote);
            for (Tensor input : inputs) {
                out.writeByteArray(5, tensor(input));
            }
            for (ByteBuffer content : contents) {
                out.writeTag(7, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(content.remaining());
                out.write(content.duplicate());
            }
        });
    }

    private static byte[] tensor(Tensor tensor) {
        return message(out -> {
            out.writeString(1, tensor.name());
            out.writeString(2, tensor.datatype());
            byte[] dimensions = message(packed -> {
                for (long dimension : tensor.shape()) {
                    packed.writeInt64NoTag(dimension);
                }
            });
            out.writeByteArray(3, dimensions);
        });
    }

    /** Whether the first field of a response, a switch, is on. */
    static boolean flag(byte[] response) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(response);
        boolean value = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == (1 << 3 | WireFormat.WIRETYPE_VARINT)) {
                value = in.readBool();
            } else {
                in.skipField(tag);
            }
        }
        return value;
    }

    static Metadata metadata(byte[] response) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(response);
        List<Tensor> inputs = new ArrayList<>();
        List<Tensor> outputs = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 4 -> inputs.add(output(in.readByteArray()).tensor());
                case 5 -> outputs.add(output(in.readByteArray()).tensor());
                default -> in.skipField(tag);
            }
        }
        return new Metadata(inputs, outputs);
    }

    /** The outputs of a response to {@link #infer}. */
    static List<Output> outputs(byte[] response) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(response);
        List<Output> outputs = new ArrayList<>();
        List<ByteBuffer> raws = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 5 -> outputs.add(output(in.readByteArray()));
                case 6 -> raws.add(in.readByteBuffer());
                default -> in.skipField(tag);
            }
        }
        if (raws.isEmpty()) {
            return outputs;
        }
        if (raws.size() != outputs.size()) {
            throw new IOException("raw contents must be as many as outputs, got: " + raws.size() + " for "
                    + outputs.size() + " outputs");
        }
        List<Output> all = new ArrayList<>();
        for (int i = 0; i < raws.size(); i++) {
            all.add(new Output(outputs.get(i).tensor(), Optional.empty(), Optional.of(raws.get(i))));
        }
        return all;
    }

    private static Output output(byte[] message) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        String name = "";
        String datatype = "";
        List<Long> shape = new ArrayList<>();
        Optional<byte[]> contents = Optional.empty();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name = in.readString();
                case 2 -> datatype = in.readString();
                case 3 -> readShape(in, tag, shape);
                case 5 -> contents = Optional.of(in.readByteArray());
                default -> in.skipField(tag);
            }
        }
        return new Output(new Tensor(name, datatype, shape), contents, Optional.empty());
    }

    private static void readShape(CodedInputStream in, int tag, List<Long> shape) throws IOException {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
            shape.add(in.readInt64());
            return;
        }
        int limit = in.pushLimit(in.readRawVarint32());
        while (!in.isAtEnd()) {
            shape.add(in.readInt64());
        }
        in.popLimit(limit);
    }

    @FunctionalInterface
    private interface Writer {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Writer writer) {
        return message(64, writer);
    }

    private static byte[] message(int size, Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            writer.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
