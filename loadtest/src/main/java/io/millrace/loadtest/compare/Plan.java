package io.millrace.loadtest.compare;

import io.millrace.loadtest.pipeline.Contestant;
import java.util.List;
import java.util.Map;

/**
 * How a comparison is made.
 *
 * @param warmUps rounds that come first and do not count: in the first seconds a process is busy with its compiler
 * @param records in each round's backlog
 * @param command starts Millrace; empty for the launcher
 * @param kafka client and Streams settings of all contestants
 */
record Plan(
        List<Contestant> contestants,
        int warmUps,
        int rounds,
        long records,
        long commitMillis,
        int threads,
        String heap,
        String command,
        Map<String, String> kafka) {

    Plan {
        if (contestants.isEmpty()) {
            throw new IllegalArgumentException("--contestants must name at least one, got none");
        }
        require("--rounds", rounds, 1, 1000);
        require("--warm-ups", warmUps, 1, 1000);
        require("--records", records, 1000, 1_000_000_000);
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be between " + least + " and " + most + ", got: " + value);
        }
    }
}
