package io.millrace.topology.streams;

import java.util.concurrent.atomic.AtomicLong;

/** How much of the heap the states of all of an application's tasks may take together. Thread-safe. */
final class HeapShare {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** @param most in bytes */
    HeapShare(long most) {
        this.most = most;
    }

    /** Half of the heap. */
    static HeapShare half() {
        return new HeapShare(Runtime.getRuntime().maxMemory() / 2);
    }

    /** @throws IllegalStateException if that is more than there may be */
    void take(long bytes) {
        if (taken.addAndGet(bytes) > most) {
            taken.addAndGet(-bytes);
            throw new IllegalStateException("device states in memory must fit into half of the heap (" + (most >> 20)
                    + " MiB), and do not: give it more (MILLRACE_JAVA_OPTS=-Xmx…), or set state.store: disk");
        }
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
