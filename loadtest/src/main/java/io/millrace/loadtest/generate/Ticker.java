package io.millrace.loadtest.generate;

import java.util.concurrent.locks.LockSupport;

/** The clock of a run, so that a test can bring its own. */
public interface Ticker {

    /** Nanoseconds from an arbitrary origin, as {@link System#nanoTime()}. */
    long nanos();

    /** Returns at {@code nanos} or as soon after it as the system manages; at once if it has passed. */
    void sleepUntil(long nanos);

    /** The machine's clock. Sleeps rather than spins: what is measured shares the cores. */
    static Ticker system() {
        return new Ticker() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void sleepUntil(long nanos) {
                for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
                    LockSupport.parkNanos(left);
                }
            }
        };
    }
}
