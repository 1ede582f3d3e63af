package io.millrace.scorers;

import ai.onnxruntime.OnnxTensor;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that speaks the Open Inference Protocol v2 over gRPC.
 *
 * <p>Scoring has no effect, so every failed call may be tried again; it is, with pauses that double, until the device's
 * patience ends. A server that is away, overloaded or slow is never the rows' fault. One that refuses a request, or fails
 * within the model, may mean the rows or be broken itself, and its status codes do not tell which. So it is asked about
 * a row that it has scored before: if it still can, the new rows are to blame, otherwise it is.
 */
final class RemoteEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteEngine.class);
    private static final Set<Status.Code> MAY_MEAN_THE_ROWS =
            Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.OUT_OF_RANGE, Status.Code.INTERNAL, Status.Code.UNKNOWN);
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 5_000;
    private static final int MAX_ANSWER_BYTES = 256 << 20; // 65,536 rows of a thousand floats

    private final Device.Remote remote;
    private final long patienceNanos;
    private final ManagedChannel channel;
    private RowLayout layout = new RowLayout(List.of(), List.of(), RowLayout.OPEN, true);
    private volatile byte @Nullable [] knownGood;
    private final AtomicBoolean away = new AtomicBoolean();

    private RemoteEngine(Device.Remote remote, Duration patience) throws IOException {
        this.remote = remote;
        this.patienceNanos = patience.toNanos();
        channel = Grpc.newChannelBuilderForAddress(remote.host(), remote.port(), credentials(remote))
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .build();
    }

    private static ChannelCredentials credentials(Device.Remote remote) throws IOException {
        if (!remote.tls()) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
        if (remote.ca().isPresent()) {
            tls.trustManager(remote.ca().get().toFile());
        }
        if (remote.client().isPresent()) {
            Device.ClientCertificate client = remote.client().get();
            tls.keyManager(client.certificate().toFile(), client.key().toFile());
        }
        return tls.build();
    }

    /**
     * Connects, and asks whether the server is alive and has the model.
     *
     * @param patience how long failed calls are tried again later on; here there is one attempt
     */
    static RemoteEngine open(Device.Remote remote, Duration patience) throws DeviceUnavailable {
        RemoteEngine engine = null;
        boolean opened = false;
        try {
            engine = new RemoteEngine(remote, patience);
            engine.requireFlag(
                    InferenceProtocol.SERVER_LIVE, new byte[0], "the server must be live, but says it is not");
            engine.requireFlag(
                    InferenceProtocol.MODEL_READY,
                    InferenceProtocol.named(remote),
                    "the model must be ready, but the server says it is not");
            opened = true;
            return engine;
        } catch (StatusRuntimeException e) {
            throw new DeviceUnavailable("the server does not answer as it should: " + describe(e), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new DeviceUnavailable(OneLine.of(e), e);
        } finally {
            if (!opened && engine != null) {
                engine.close();
            }
        }
    }

    private void requireFlag(MethodDescriptor<byte[], byte[]> method, byte[] request, String otherwise)
            throws IOException, DeviceUnavailable {
        if (!InferenceProtocol.flag(ask(method, request))) {
            throw new DeviceUnavailable(otherwise);
        }
    }

    /** What the server says of the model's tensors. */
    InferenceProtocol.Metadata metadata() throws DeviceUnavailable {
        try {
            return InferenceProtocol.metadata(ask(InferenceProtocol.MODEL_METADATA, InferenceProtocol.named(remote)));
        } catch (StatusRuntimeException e) {
            throw new DeviceUnavailable("the server does not describe the model: " + describe(e), e);
        } catch (IOException e) {
            throw new DeviceUnavailable("the server's description of the model cannot be read: " + OneLine.of(e), e);
        }
    }

    /** From here on calls have that layout. */
    void use(RowLayout rows) {
        layout = rows;
    }

    @Override
    public String provider() {
        return "remote";
    }

    @Override
    public void run(OnnxBatch.Call call, int rows) throws ScoringException {
        int sent = layout.isOpen() ? rows : layout.fixedRows();
        List<InferenceProtocol.Tensor> tensors = new ArrayList<>();
        List<ByteBuffer> contents = new ArrayList<>();
        for (RowTensor input : layout.inputs()) {
            tensors.add(new InferenceProtocol.Tensor(
                    input.spec().name(),
                    InferenceProtocol.datatype(input.spec().type()),
                    java.util.Arrays.stream(input.shape(sent)).boxed().toList()));
            contents.add(memory(call.inputs(), input, sent));
        }
        byte[] request = InferenceProtocol.infer(remote, tensors, contents);
        byte[] response = infer(request);
        try {
            read(InferenceProtocol.outputs(response), call, sent);
        } catch (IOException e) {
            throw new DeviceException(remote + " has sent what cannot be used: " + OneLine.of(e), true, e);
        }
        if (knownGood == null) {
            knownGood = request;
        }
    }

    private static ByteBuffer memory(Map<String, OnnxTensor> tensors, RowTensor tensor, int rows) {
        OnnxTensor value =
                java.util.Objects.requireNonNull(tensors.get(tensor.spec().name()));
        ByteBuffer bytes = (ByteBuffer) value.getBufferRef().orElseThrow();
        return bytes.duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(0)
                .limit(Math.toIntExact(rows * tensor.rowBytes()));
    }

    private byte[] infer(byte[] request) throws ScoringException {
        long end = System.nanoTime() + patienceNanos;
        for (long pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
            try {
                byte[] response = ask(InferenceProtocol.MODEL_INFER, request);
                if (away.compareAndSet(true, false)) {
                    LOG.warn("{} scores again", remote);
                }
                return response;
            } catch (StatusRuntimeException e) {
                boolean ambiguous = MAY_MEAN_THE_ROWS.contains(e.getStatus().getCode());
                byte[] good = knownGood;
                if (ambiguous && good != null && isScored(good)) {
                    throw new ScoringException(describe(e), e);
                }
                if (good == null || System.nanoTime() - end >= 0) {
                    throw new DeviceException(remote + " does not score: " + describe(e), true, e);
                }
                if (away.compareAndSet(false, true)) {
                    LOG.warn("{} does not score, and is asked again: {}", remote, describe(e));
                }
                pause(pause, e);
            }
        }
    }

    private boolean isScored(byte[] request) {
        try {
            ask(InferenceProtocol.MODEL_INFER, request);
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** Half of it by chance, so that many callers do not come back at once. */
    private void pause(long millis, Exception cause) {
        try {
            Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
            channel.resetConnectBackoff(); // gRPC's own pauses grow to two minutes, whoever asks
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted while waiting for " + remote, true, cause);
        }
    }

    private byte[] ask(MethodDescriptor<byte[], byte[]> method, byte[] request) {
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(remote.deadline().toNanos(), TimeUnit.NANOSECONDS);
        return ClientCalls.blockingUnaryCall(channel, method, options, request);
    }

    private void read(List<InferenceProtocol.Output> outputs, OnnxBatch.Call call, int rows) throws IOException {
        Map<String, InferenceProtocol.Output> byName = outputs.stream()
                .collect(Collectors.toMap(output -> output.tensor().name(), Function.identity(), (a, b) -> b));
        for (RowTensor expected : layout.outputs()) {
            InferenceProtocol.Output output = byName.get(expected.spec().name());
            if (output == null) {
                throw new IOException("there is no output '" + expected.spec().name() + "', got: " + byName.keySet());
            }
            RemoteLayout.requireSame("output", expected, expected.shape(rows), output.tensor());
            ByteBuffer target = memory(call.outputs(), expected, rows);
            if (output.raw().isPresent()) {
                ByteBuffer raw = output.raw().get();
                if (raw.remaining() != target.remaining()) {
                    throw new IOException("output '" + expected.spec().name() + "' must have " + target.remaining()
                            + " bytes, got: " + raw.remaining());
                }
                target.put(raw);
            } else {
                TensorContents.read(
                        output.contents().orElse(new byte[0]),
                        expected.spec().type().bytes(),
                        target);
            }
            if (target.hasRemaining()) {
                throw new IOException("output '" + expected.spec().name() + "' has fewer numbers than its shape");
            }
        }
    }

    private static String describe(StatusRuntimeException e) {
        String text = e.getStatus().getCode() + ": " + e.getStatus().getDescription();
        return OneLine.of(new IOException(text, e));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
