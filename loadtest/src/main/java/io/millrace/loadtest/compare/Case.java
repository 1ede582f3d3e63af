package io.millrace.loadtest.compare;

import io.millrace.loadtest.pipeline.Model;
import java.util.Locale;

/**
 * One thing that all contestants do.
 *
 * @param exactlyOnce else at least once
 * @param partitions of the source and of the outputs
 * @param devices that the backlog is from
 */
record Case(Model model, boolean exactlyOnce, int partitions, int devices) {

    Case {
        if (partitions < 1 || partitions > 1000) {
            throw new IllegalArgumentException("--partitions must be between 1 and 1000, got: " + partitions);
        }
    }

    /** In words. */
    String label() {
        return String.format(
                Locale.ROOT,
                "%s, %s, %d partitions, %,d devices",
                model.label(),
                exactlyOnce ? "exactly once" : "at least once",
                partitions,
                devices);
    }

    /** For names of topics. */
    String id() {
        return model.label() + "-" + (exactlyOnce ? "eo" : "alo") + "-" + partitions + "-" + devices;
    }
}
