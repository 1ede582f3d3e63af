package io.millrace.topology.detect;

import com.amazon.randomcutforest.config.ForestMode;
import com.amazon.randomcutforest.config.TransformMethod;
import com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest;
import com.amazon.randomcutforest.parkservices.state.ThresholdedRandomCutForestMapper;
import com.amazon.randomcutforest.parkservices.state.ThresholdedRandomCutForestState;
import io.millrace.topology.config.DetectConfig.Method;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Thresholded random cut forest (Guha, Mishra, Roy and Schrijvers, Robust Random Cut Forest Based Anomaly Detection on
 * Streams, ICML 2016), as Amazon's library has it: {@code 1 − p} is its anomaly grade, which is not a calibrated
 * probability. Its state is some hundred kilobytes for a device and signal, and it costs some hundred times what
 * {@link Rarity} does; it is here because it is what many compare with.
 */
final class Forest implements Detector {
    private static final long SEED = 42;

    /** Serialised, per tree and kept point, beside what does not grow; measured, with a reserve. */
    private static final int BYTES_A_POINT = 48;

    private static final int BYTES_ELSE = 64 << 10;

    private final Method.Forest settings;
    private ThresholdedRandomCutForest forest;
    private long rows;

    Forest(Method.Forest settings) {
        this.settings = settings;
        forest = ThresholdedRandomCutForest.builder()
                .dimensions(settings.shingle())
                .shingleSize(settings.shingle())
                .numberOfTrees(settings.trees())
                .sampleSize(settings.samples())
                .randomSeed(SEED)
                .internalShinglingEnabled(true)
                .forestMode(ForestMode.STANDARD)
                .transformMethod(TransformMethod.NORMALIZE)
                .autoAdjust(true)
                .build();
    }

    @Override
    public double next(double value) {
        double grade = forest.process(new double[] {value}, rows++).getAnomalyGrade();
        return Math.max(Double.MIN_NORMAL, ORDINARY - grade);
    }

    @Override
    public int stateBytes() {
        return settings.trees() * settings.samples() * BYTES_A_POINT + BYTES_ELSE;
    }

    @Override
    public void write(ByteBuffer out) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
            objects.writeObject(new ThresholdedRandomCutForestMapper().toState(forest));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: does not happen
        }
        out.putLong(rows).putInt(bytes.size()).put(bytes.toByteArray());
    }

    @Override
    public void read(ByteBuffer in) {
        rows = in.getLong();
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            objects.setObjectInputFilter(
                    ObjectInputFilter.Config.createFilter("com.amazon.randomcutforest.**;java.base/*;!*"));
            forest = new ThresholdedRandomCutForestMapper()
                    .toModel((ThresholdedRandomCutForestState) objects.readObject());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the library must be the one that wrote the state, lacks: " + e, e);
        }
    }
}
