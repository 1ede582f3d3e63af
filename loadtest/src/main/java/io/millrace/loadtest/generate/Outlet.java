package io.millrace.loadtest.generate;

/** Where a load goes. */
@FunctionalInterface
public interface Outlet {

    /** Opens a way there for one thread, and connects. */
    Sink open(Journal journal);
}
