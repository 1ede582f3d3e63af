package io.millrace.scorers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Scores with ONNX Runtime on one device, or with a server: one session for all threads, each thread with a batch of
 * its own.
 *
 * <p>{@link #open} leaves nothing for the first events to find out: it checks the model's tensors, runs every
 * batch size once, holds the rows' results to be the same at each, and measures what a call costs.
 *
 * <p>ONNX Runtime crashes the process when a session is closed during a run, and native memory has to be given
 * back in order: results, tensors, session, options. So the session counts its users: the scorer itself, each
 * batch, and each call under way; the last one to leave closes it.
 */
public final class OnnxScorer implements Scorer {
    private final ModelContract contract;
    private final RowLayout layout;
    private final int maxRows;
    private final OrtEnvironment environment;
    private final OpenedDevice device;
    private final DeviceGuard guard;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger users = new AtomicInteger(1);
    private final WarmUp warmUp;
    private final @Nullable Normalisation[] normalisations;

    private OnnxScorer(
            ModelContract contract,
            RowLayout layout,
            OnnxOptions options,
            OrtEnvironment environment,
            OpenedDevice device,
            WarmUp warmUp,
            @Nullable Normalisation[] normalisations) {
        this.normalisations = normalisations;
        this.contract = contract;
        this.layout = layout;
        this.maxRows = options.maxRows();
        this.environment = environment;
        this.device = device;
        this.guard = new DeviceGuard(device.engine(), device.judge(), options.require(), System::nanoTime);
        this.warmUp = warmUp;
    }

    /** Opens a model under its file's name. */
    public static OnnxScorer open(ModelFile file, OnnxOptions options) throws ModelException {
        return open(file.baseName(), file, options);
    }

    /**
     * Opens a model; takes milliseconds for a small one, and can be called on any thread.
     *
     * @param name what the contract calls it
     * @throws ModelException if ONNX Runtime refuses the file, or a tensor of it does not fit into batches of
     *     rows, or a row's results depend on the rows beside it
     */
    public static OnnxScorer open(String name, ModelFile file, OnnxOptions options) throws ModelException {
        // Refuses what is no ONNX file at all in plainer words than ONNX Runtime's.
        ModelInfo info = ModelInfo.of(file);
        OrtEnvironment environment = OnnxRuntime.environment();
        String model = "model " + file.name();
        try {
            return OnnxRuntime.onLargeStack(() -> load(name, file, info, options, environment, model));
        } catch (ModelException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw new ModelException(
                    model + " needs more native memory than this process has (see -XX:MaxDirectMemorySize): "
                            + OneLine.of(e),
                    e);
        } catch (Exception e) {
            throw new ModelException(model + " cannot be loaded: " + OneLine.of(e), e);
        }
    }

    /**
     * Opens a model that only a server has, as that describes it. There is no CPU session of it to compare with, or to
     * fall back to.
     *
     * @param options whose device is a {@link Device.Remote}
     * @throws ModelException if the server does not have the model, or rows do not fit it
     */
    public static OnnxScorer openRemote(String name, OnnxOptions options) throws ModelException {
        if (!(options.device() instanceof Device.Remote remote)) {
            throw new IllegalArgumentException("the device must be a server, got: " + options.device());
        }
        OrtEnvironment environment = OnnxRuntime.environment();
        String model = "model " + name + " on " + remote;
        Opening opening = new Opening();
        try (opening) {
            RemoteEngine server = opening.add(RemoteEngine.open(remote, remote.patience()));
            RowLayout layout = RemoteLayout.of(server.metadata());
            server.use(layout);
            requireMemory(model, layout, options.maxRows());
            OpenedDevice device = OpenedDevice.onlyThere(remote, server);
            ModelContract contract = contract(name, "", layout, Map.of());
            return opening.succeeded(warmed(contract, layout, options, environment, device, model));
        } catch (OrtException | ScoringException | DeviceException | DeviceUnavailable e) {
            throw new ModelException(model + " cannot be used: " + OneLine.of(e), e);
        }
    }

    private static ModelContract contract(String name, String sha256, RowLayout layout, Map<String, String> metadata) {
        return new ModelContract(
                name,
                sha256,
                layout.inputs().stream().map(RowTensor::spec).toList(),
                layout.outputs().stream().map(RowTensor::spec).toList(),
                metadata);
    }

    private static OnnxScorer load(
            String name, ModelFile file, ModelInfo info, OnnxOptions options, OrtEnvironment environment, String model)
            throws OrtException, ScoringException, ModelException {
        Opening opening = new Opening();
        try (opening) {
            SessionEngine cpu = opening.add(SessionEngine.onCpu(environment, file, options));
            Map<String, String> metadata = cpu.session().getMetadata().getCustomMetadata();
            RowLayout layout = ModelKeys.labelled(
                    new LayoutProbe(environment, cpu.session(), model, info, options.rowShapes()).layout(),
                    metadata,
                    model);
            requireMemory(model, layout, options.maxRows());
            OpenedDevice device = OpenedDevice.open(environment, file, options, cpu, layout, model);
            opening.add(device.engine());
            ModelContract contract = contract(name, file.sha256(), layout, metadata);
            return opening.succeeded(warmed(contract, layout, options, environment, device, model));
        }
    }

    private static OnnxScorer warmed(
            ModelContract contract,
            RowLayout layout,
            OnnxOptions options,
            OrtEnvironment environment,
            OpenedDevice device,
            String model)
            throws OrtException, ScoringException, ModelException {
        try (SessionBatch batch = SessionBatch.of(environment, device, layout, options.maxRows(), () -> {})) {
            WarmUp warmUp = WarmUp.of(device.engine(), batch, options.maxRows(), model);
            return new OnnxScorer(
                    contract,
                    layout,
                    options,
                    environment,
                    device,
                    warmUp,
                    ModelKeys.normalisations(layout, contract.metadata(), model));
        }
    }

    private static void requireMemory(String model, RowLayout layout, int maxRows) throws ModelException {
        if (layout.batchBytes(maxRows) > Integer.MAX_VALUE) {
            throw new ModelException(model + ": a batch must have at most " + Integer.MAX_VALUE + " bytes, got: "
                    + layout.batchBytes(maxRows) + " for " + maxRows + " rows");
        }
    }

    @Override
    public ModelContract contract() {
        return contract;
    }

    @Override
    public String provider() {
        return device.engine().provider();
    }

    /** What became of the device that was asked for. */
    public DeviceReport device() {
        return device.report();
    }

    @Override
    public long deviceFaults() {
        return guard.faults();
    }

    @Override
    public int maxRows() {
        return maxRows;
    }

    @Override
    public double nanosPerRow() {
        return cost().nanos(maxRows) / maxRows;
    }

    /** What a call costs, as measured when the model was opened. */
    public CostFit cost() {
        return warmUp.cost();
    }

    /** See {@link CostFit}; at least one whole call. */
    @Override
    public int suggestedRows() {
        return Math.min(maxRows, Math.max(layout.fixedRows(), warmUp.cost().suggestedRows(maxRows)));
    }

    /**
     * The largest difference seen, when the model was opened, between the results of the same row in batches
     * of different sizes, relative to the result where that is above 1. Mostly 0: bitwise equal.
     */
    public double largestDeviation() {
        return warmUp.largestDeviation();
    }

    @Override
    public Batch newBatch() {
        enter();
        boolean made = false;
        try {
            SessionBatch batch = SessionBatch.of(environment, device, layout, maxRows, this::leave);
            batch.normalise(normalisations);
            made = true;
            return batch;
        } catch (OrtException e) {
            throw new IllegalStateException("no batch of " + maxRows + " rows: " + OneLine.of(e), e);
        } finally {
            if (!made) {
                leave();
            }
        }
    }

    @Override
    public void score(Batch batch, int rows) throws ScoringException {
        if (!(batch instanceof SessionBatch own) || !own.belongsTo(device)) {
            throw new IllegalArgumentException("the batch must come from newBatch() of this scorer");
        }
        enter();
        try {
            guard.run(own, rows);
        } finally {
            leave();
        }
    }

    private void enter() {
        // Never up from 0: the session is gone then.
        if (closed.get() || users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalStateException("the scorer of model " + contract.name() + " is closed");
        }
    }

    private void leave() {
        if (users.decrementAndGet() == 0) {
            device.close();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leave();
        }
    }
}
