package io.millrace.scorers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A batch of an {@link OnnxScorer}: {@link OnnxBatch} where memory can be shared with it, {@link ValueBatch}
 * where values have to be carried over.
 */
abstract sealed class SessionBatch implements Batch permits OnnxBatch, ValueBatch {
    private enum State {
        FREE,
        SCORING,
        CLOSED
    }

    private final Object owner;
    final RowLayout layout;
    final int maxRows;
    private final Runnable onClose;
    private final AtomicReference<State> state = new AtomicReference<>(State.FREE);
    private String provider = "";
    private TensorBuffer @Nullable [] normalised;

    /**
     * @param owner whose batch this is
     * @param onClose is run once, when the native memory has been given back
     */
    SessionBatch(Object owner, RowLayout layout, int maxRows, Runnable onClose) {
        this.owner = owner;
        this.layout = layout;
        this.maxRows = maxRows;
        this.onClose = onClose;
    }

    /** A batch of the kind that the layout allows. */
    static SessionBatch of(OrtEnvironment environment, Object owner, RowLayout layout, int maxRows, Runnable onClose)
            throws OrtException {
        return layout.isPinnable()
                ? new OnnxBatch(environment, owner, layout, maxRows, onClose)
                : new ValueBatch(environment, owner, layout, maxRows, onClose);
    }

    abstract List<? extends RowStore> inputs();

    abstract List<? extends RowStore> outputs();

    /** Has the engine score the first rows; outputs are hidden before and shown after. */
    abstract void call(Engine engine, int rows) throws OrtException, ScoringException;

    /** Gives the native memory back. */
    abstract void closeTensors();

    final boolean belongsTo(Object other) {
        return owner == other;
    }

    final RowLayout layout() {
        return layout;
    }

    @Override
    public final TensorBuffer input(int index) {
        requireOpen();
        return normalised == null ? inputs().get(index) : normalised[index];
    }

    @Override
    public final TensorBuffer output(int index) {
        requireOpen();
        return outputs().get(index);
    }

    @Override
    public final String provider() {
        return provider;
    }

    /** From here on, inputs take what the normalisations do; {@code null} for one that is taken as it is. */
    final void normalise(@Nullable Normalisation[] by) {
        if (Arrays.stream(by).allMatch(Objects::isNull)) {
            return;
        }
        normalised = new TensorBuffer[by.length];
        for (int i = 0; i < by.length; i++) {
            Normalisation one = by[i];
            RowStore plain = inputs().get(i);
            normalised[i] = one == null ? plain : one.of(plain);
        }
    }

    /** Scores the first rows. The caller keeps the engine open meanwhile. */
    final void run(Engine engine, int rows) throws OrtException, ScoringException {
        if (rows < 1 || rows > maxRows) {
            throw new IllegalArgumentException("rows must be between 1 and " + maxRows + ", got: " + rows);
        }
        if (!state.compareAndSet(State.FREE, State.SCORING)) {
            requireOpen();
            throw new IllegalStateException("the batch is being scored by another thread");
        }
        int readable = 0;
        try {
            limitOutputs(readable);
            call(engine, rows);
            provider = engine.provider();
            readable = rows;
        } finally {
            limitOutputs(readable);
            if (!state.compareAndSet(State.SCORING, State.FREE)) {
                release();
            }
        }
    }

    /** Repeats the last of the rows up to the end of a call that wants more. */
    final void pad(int rows, int end) {
        if (rows < end) {
            for (int i = 0; i < inputs().size(); i++) {
                inputs().get(i).pad(rows - 1, rows, end);
            }
        }
    }

    private void limitOutputs(int rows) {
        for (int i = 0; i < outputs().size(); i++) {
            outputs().get(i).limitRows(rows);
        }
    }

    private void requireOpen() {
        if (state.get() == State.CLOSED) {
            throw new IllegalStateException("the batch is closed");
        }
    }

    /** Closed while being scored, which is a mistake, the batch lives until the call ends. */
    @Override
    public final void close() {
        if (state.getAndSet(State.CLOSED) == State.FREE) {
            release();
        }
    }

    private void release() {
        closeTensors();
        onClose.run();
    }
}
