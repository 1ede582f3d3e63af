package io.millrace.deploy.run;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** A server of the Open Inference Protocol v2 whose only model gives back the one number of each row. */
final class EchoServer implements AutoCloseable {
    private static final String SERVICE = "inference.GRPCInferenceService";

    private interface Method {
        void answer(byte[] request, CodedOutputStream out) throws IOException;
    }

    private final Server server;

    private EchoServer(int port) throws IOException {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(SERVICE);
        Map<String, Method> methods = Map.of(
                "ServerLive",
                (request, out) -> out.writeBool(1, true),
                "ModelReady",
                (request, out) -> out.writeBool(1, true),
                "ModelMetadata",
                EchoServer::describe,
                "ModelInfer",
                EchoServer::echo);
        methods.forEach(
                (name, method) -> service.addMethod(descriptor(name), ServerCalls.asyncUnaryCall((request, answer) -> {
                    try {
                        answer.onNext(message(out -> method.answer(request, out)));
                        answer.onCompleted();
                    } catch (UncheckedIOException e) {
                        answer.onError(Status.INTERNAL.withCause(e).asRuntimeException());
                    }
                })));
        server = Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
                .addService(service.build())
                .build()
                .start();
    }

    /** @param port 0 for any */
    static EchoServer start(int port) throws IOException {
        return new EchoServer(port);
    }

    int port() {
        return server.getPort();
    }

    private static void describe(byte[] request, CodedOutputStream out) throws IOException {
        out.writeString(1, "echo");
        out.writeByteArray(4, tensor("number", -1));
        out.writeByteArray(5, tensor("echo", -1));
    }

    /** The raw contents of inputs are the request's field 7, those of outputs the response's field 6. */
    private static void echo(byte[] request, CodedOutputStream out) throws IOException {
        byte[] rows = new byte[0];
        CodedInputStream in = CodedInputStream.newInstance(request);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 7) {
                rows = in.readByteArray();
            } else {
                in.skipField(tag);
            }
        }
        out.writeString(1, "echo");
        out.writeByteArray(5, tensor("echo", rows.length / Float.BYTES));
        out.writeByteArray(6, rows);
    }

    private static byte[] tensor(String name, long rows) {
        return message(out -> {
            out.writeString(1, name);
            out.writeString(2, "FP32");
            out.writeInt64(3, rows);
            out.writeInt64(3, 1);
        });
    }

    private interface Writer {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            writer.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static MethodDescriptor<byte[], byte[]> descriptor(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build();
    }

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
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
    };

    /** Drops its connections at once. */
    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
