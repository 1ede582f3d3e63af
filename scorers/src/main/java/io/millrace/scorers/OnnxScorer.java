package io.millrace.scorers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Scores with ONNX Runtime on the CPU: one session for all threads, each thread with a batch of its own.
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
    private final OrtSession session;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger users = new AtomicInteger(1);
    private final WarmUp warmUp;

    private OnnxScorer(
            ModelContract contract,
            RowLayout layout,
            int maxRows,
            OrtEnvironment environment,
            OrtSession session,
            WarmUp warmUp) {
        this.contract = contract;
        this.layout = layout;
        this.maxRows = maxRows;
        this.environment = environment;
        this.session = session;
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
        ModelInfo.of(file);
        OrtEnvironment environment = OnnxRuntime.environment();
        String model = "model " + file.name();
        try {
            return OnnxRuntime.onLargeStack(() -> load(name, file, options, environment, model));
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

    private static OnnxScorer load(
            String name, ModelFile file, OnnxOptions options, OrtEnvironment environment, String model)
            throws OrtException, ModelException {
        OrtSession session;
        try (SessionOptions sessionOptions = sessionOptions(options)) {
            session = environment.createSession(file.bytes(), sessionOptions);
        }
        boolean opened = false;
        try {
            RowLayout layout = new LayoutProbe(environment, session, model).layout();
            requireMemory(model, layout, options.maxRows());
            WarmUp warmUp;
            try (OnnxBatch batch = new OnnxBatch(environment, session, layout, options.maxRows(), () -> {})) {
                warmUp = WarmUp.of(batch, options.maxRows(), model);
            }
            ModelContract contract = new ModelContract(
                    name,
                    file.sha256(),
                    layout.inputs().stream().map(RowTensor::spec).toList(),
                    layout.outputs().stream().map(RowTensor::spec).toList(),
                    session.getMetadata().getCustomMetadata());
            opened = true;
            return new OnnxScorer(contract, layout, options.maxRows(), environment, session, warmUp);
        } finally {
            if (!opened) {
                session.close();
            }
        }
    }

    private static SessionOptions sessionOptions(OnnxOptions options) throws OrtException {
        SessionOptions result = new SessionOptions();
        result.setIntraOpNumThreads(options.intraOpThreads());
        result.setInterOpNumThreads(1);
        // Threads that spin while they wait for the next batch take the cores from Kafka's.
        result.addConfigEntry("session.intra_op.allow_spinning", "0");
        return result;
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
        return "CPU";
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

    /** The batch size from which on larger ones gain little: see {@link CostFit}. At least one whole call. */
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
            Batch batch = new OnnxBatch(environment, session, layout, maxRows, this::leave);
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
        if (!(batch instanceof OnnxBatch own) || !own.belongsTo(session)) {
            throw new IllegalArgumentException("the batch must come from newBatch() of this scorer");
        }
        enter();
        try {
            own.run(rows);
        } catch (OrtException e) {
            throw new ScoringException(OneLine.of(e), e);
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
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("the session of model " + contract.name() + " cannot be closed", e);
            }
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leave();
        }
    }
}
