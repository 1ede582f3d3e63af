package io.millrace.topology.detect;

import java.nio.ByteBuffer;

/**
 * How rare a value is, on three time scales: the detector for signals of which nothing is known. It assumes no
 * distribution and no season, and needs no training.
 *
 * <p>On each scale {@code w} it looks at the mean of the last {@code w} values, and asks how far that mean is from the
 * nearest one that it has ever seen ({@link ValueBook}); what counts is that distance's rank among the device's own
 * ({@link Ranks}). It is a nearest-neighbour conformal detector (Burnaev and Ishimtsev, arXiv 1608.04585) with one
 * dimension and the whole past. A distance below the noise of its mean is no novelty; the noise is the mean absolute
 * difference of neighbours (after von Neumann et al., The Mean Square Successive Difference, 1941), over {@code √w}.
 * The answer is the least p-value of the scales.
 *
 * <p>About 3.4 KB for a device and signal; allocates nothing per value.
 */
final class Rarity implements Detector {
    /** The value itself; what a smooth signal does over some rows, and over many. */
    static final int[] SCALES = {1, 16, 64};

    /** Representatives in each scale's book. More of them changed nothing that could be measured, half of them did. */
    static final int BOOK = 192;

    private static final int WINDOW = SCALES[SCALES.length - 1];

    private final ValueBook[] books = new ValueBook[SCALES.length];
    private final Ranks[] ranks = new Ranks[SCALES.length];
    private final Recent recent = new Recent(WINDOW);
    private final Noise noise = new Noise();

    Rarity() {
        for (int i = 0; i < SCALES.length; i++) {
            books[i] = new ValueBook(BOOK);
            ranks[i] = new Ranks();
        }
    }

    @Override
    public double next(double value) {
        recent.add(value);
        double p = ORDINARY;
        for (int i = 0; i < SCALES.length; i++) {
            double strangeness = strangeness(i, value);
            p = Math.min(p, strangeness > 0 ? ranks[i].next(strangeness) : ranks[i].nothing());
        }
        noise.add(value);
        return p;
    }

    private double strangeness(int scale, double value) {
        int width = SCALES[scale];
        if (recent.size() < width) {
            return 0;
        }
        double distance = books[scale].take(width == 1 ? value : recent.mean(width));
        return distance < noise.level() / Math.sqrt(width) ? 0 : distance;
    }

    @Override
    public int stateBytes() {
        return SCALES.length * (ValueBook.bytes(BOOK) + Ranks.BYTES) + Recent.bytes(WINDOW) + Noise.BYTES;
    }

    @Override
    public void write(ByteBuffer out) {
        recent.write(out);
        noise.write(out);
        for (int i = 0; i < SCALES.length; i++) {
            books[i].write(out);
            ranks[i].write(out);
        }
    }

    @Override
    public void read(ByteBuffer in) {
        recent.read(in);
        noise.read(in);
        for (int i = 0; i < SCALES.length; i++) {
            books[i].read(in);
            ranks[i].read(in);
        }
    }
}
