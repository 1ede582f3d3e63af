package io.millrace.loadtest.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a run came to. */
final class Verdict {
    private static final int SHOWN = 8;

    private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    private final List<String> examples = new ArrayList<>();
    /** Telemetry records, malformed ones included. */
    long records;
    /** Malformed ones among them. */
    long malformed;
    /** Changes of alerts. */
    long alerts;
    /** Outputs beyond the first of a record: allowed at least once. */
    long replayed;
    /** First outputs that differ from the reference after a replay: allowed at least once, where there is state. */
    long differing;

    /** What must not happen. */
    enum Fault {
        LOST,
        DOUBLED,
        DISORDERED,
        WRONG,
        DEAD_LETTER,
        ALERT,
        RIG
    }

    void add(Fault fault, String example) {
        long count = faults.merge(fault, 1L, Long::sum);
        if (count <= SHOWN) {
            examples.add(fault + " " + example);
        }
    }

    long count(Fault fault) {
        return faults.getOrDefault(fault, 0L);
    }

    boolean clean() {
        return faults.isEmpty();
    }

    /** The first few of each fault: device, number, what was expected and what was found. */
    List<String> examples() {
        return List.copyOf(examples);
    }
}
