package io.millrace.scorers;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of the Open Inference Protocol with the tests' {@code mlp}, which can be told to misbehave. It reads and
 * writes messages by itself, with nothing of what it tests. Rows that begin with 99 are refused.
 */
final class InferenceServer implements AutoCloseable {
    static final float BAD = 99;
    private static final int FEATURES = 16;

    enum Mode {
        WELL,
        TYPED,
        UNAVAILABLE,
        SILENT,
        BROKEN,
        REFUSING,
        WRONG_SHAPE,
        TOO_SHORT,
        NO_OUTPUT,
        NOT_A_NUMBER,
        NOT_READY,
        OTHER_MODEL,
        UNDESCRIBED
    }

    private final OnnxScorer scorer;
    private final Server server;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile Mode mode = Mode.WELL;
    private final AtomicInteger failures = new AtomicInteger(Integer.MAX_VALUE);

    private InferenceServer(ServerCredentials credentials, int port) throws IOException, ModelException {
        scorer = Models.open("mlp", 64);
        server = Grpc.newServerBuilderForPort(port, credentials)
                .addService(ServerServiceDefinition.builder("inference.GRPCInferenceService")
                        .addMethod(InferenceProtocol.SERVER_LIVE, ServerCalls.asyncUnaryCall(this::live))
                        .addMethod(InferenceProtocol.MODEL_READY, ServerCalls.asyncUnaryCall(this::ready))
                        .addMethod(InferenceProtocol.MODEL_METADATA, ServerCalls.asyncUnaryCall(this::metadata))
                        .addMethod(InferenceProtocol.MODEL_INFER, ServerCalls.asyncUnaryCall(this::infer))
                        .build())
                .build()
                .start();
    }

    static InferenceServer start() throws IOException, ModelException {
        return start(InsecureServerCredentials.create(), 0);
    }

    static InferenceServer start(ServerCredentials credentials, int port) throws IOException, ModelException {
        return new InferenceServer(credentials, port);
    }

    int port() {
        return server.getPort();
    }

    /** Calls to score so far. */
    int calls() {
        return calls.get();
    }

    /** From now on, for good. */
    void behave(Mode how) {
        behave(how, Integer.MAX_VALUE);
    }

    /** From now on, for so many calls to score; then well again. */
    void behave(Mode how, int times) {
        failures.set(times);
        mode = how;
    }

    private void live(byte[] request, StreamObserver<byte[]> answer) {
        answer(answer, message(out -> out.writeBool(1, true)));
    }

    private void ready(byte[] request, StreamObserver<byte[]> answer) {
        answer(answer, message(out -> out.writeBool(1, mode != Mode.NOT_READY)));
    }

    private void metadata(byte[] request, StreamObserver<byte[]> answer) {
        answer(answer, message(out -> {
            out.writeString(1, "mlp");
            if (mode != Mode.UNDESCRIBED) {
                String input = mode == Mode.OTHER_MODEL ? "pixels" : "features";
                out.writeByteArray(4, tensor(input, List.of(-1L, (long) FEATURES)));
                out.writeByteArray(5, tensor("score", List.of(-1L, 1L)));
            }
        }));
    }

    private void infer(byte[] request, StreamObserver<byte[]> answer) {
        calls.incrementAndGet();
        Mode now = failures.getAndDecrement() > 0 ? mode : Mode.WELL;
        try {
            switch (now) {
                case UNAVAILABLE ->
                    throw Status.UNAVAILABLE.withDescription("away").asRuntimeException();
                case BROKEN ->
                    throw Status.INTERNAL.withDescription("out of order").asRuntimeException();
                case REFUSING ->
                    throw Status.INVALID_ARGUMENT.withDescription("no").asRuntimeException();
                case SILENT -> {
                    return;
                }
                default -> answer(answer, response(now, score(request)));
            }
        } catch (StatusRuntimeException e) {
            answer.onError(e);
        } catch (IOException | ScoringException e) {
            answer.onError(Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    private float[] score(byte[] request) throws IOException, ScoringException {
        CodedInputStream in = CodedInputStream.newInstance(request);
        ByteBuffer rows = ByteBuffer.allocate(0);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 7) {
                rows = in.readByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            } else {
                in.skipField(tag);
            }
        }
        float[] scores = new float[rows.remaining() / FEATURES / Float.BYTES];
        try (Batch batch = scorer.newBatch()) {
            for (int row = 0; row < scores.length; row++) {
                for (int column = 0; column < FEATURES; column++) {
                    float value = rows.getFloat();
                    if (column == 0 && value == BAD) {
                        throw Status.INVALID_ARGUMENT
                                .withDescription("a row begins with 99")
                                .asRuntimeException();
                    }
                    batch.input(0).set(row, column, value);
                }
            }
            scorer.score(batch, scores.length);
            for (int row = 0; row < scores.length; row++) {
                scores[row] = (float) batch.output(0).get(row, 0);
            }
        }
        return scores;
    }

    private static byte[] response(Mode mode, float[] scores) {
        int count = mode == Mode.TOO_SHORT ? scores.length - 1 : scores.length;
        ByteBuffer raw = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            raw.putFloat(mode == Mode.NOT_A_NUMBER ? Float.NaN : scores[i]);
        }
        long columns = mode == Mode.WRONG_SHAPE ? 2 : 1;
        return message(out -> {
            out.writeString(1, "mlp");
            if (mode == Mode.NO_OUTPUT) {
                return;
            }
            byte[] head = tensor("score", List.of((long) scores.length, columns));
            if (mode == Mode.TYPED) {
                byte[] contents = message(typed -> typed.writeByteArray(6, raw.array()));
                byte[] rest = message(whole -> whole.writeByteArray(5, contents));
                ByteArrayOutputStream both = new ByteArrayOutputStream();
                both.writeBytes(head);
                both.writeBytes(rest);
                out.writeByteArray(5, both.toByteArray());
            } else {
                out.writeByteArray(5, head);
                out.writeByteArray(6, raw.array());
            }
        });
    }

    private static byte[] tensor(String name, List<Long> shape) {
        return message(out -> {
            out.writeString(1, name);
            out.writeString(2, "FP32");
            for (long dimension : shape) {
                out.writeInt64(3, dimension);
            }
        });
    }

    private static void answer(StreamObserver<byte[]> answer, byte[] message) {
        answer.onNext(message);
        answer.onCompleted();
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

    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scorer.close();
    }
}
