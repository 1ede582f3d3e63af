package io.millrace.deploy.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which pump has which fault when: the ground truth of a demonstration. Immutable.
 *
 * <p>The run opens healthy, then a fault starts every few seconds on a pump that has been well for a while. The
 * kinds come in shuffled rounds, so that each has come once before any comes again. All faults end early enough
 * for their alerts to clear before the run does.
 */
public final class FaultSchedule {
    /** No fault starts before this, so that a page has shown what healthy looks like. */
    static final Duration HEALTHY_START = Duration.ofSeconds(8);
    /** A pump stays healthy at least this long after a fault, and all do at the end of the run. */
    static final Duration RECOVERY = Duration.ofSeconds(10);

    private static final List<Signal> SENSORS = List.of(Signal.values());
    private static final long SPACING_MS = 3_000;
    private static final long SHORTEST_MS = 8_000;
    private static final long LONGEST_MS = 14_000;

    private final List<Fault> faults;
    private final Map<Integer, NavigableMap<Long, Fault>> byPump = new HashMap<>();

    private FaultSchedule(List<Fault> faults) {
        this.faults = List.copyOf(faults);
        for (Fault fault : faults) {
            byPump.computeIfAbsent(fault.pump(), pump -> new TreeMap<>()).put(fault.startMs(), fault);
        }
    }

    /** A fleet in which nothing goes wrong. */
    public static FaultSchedule none() {
        return new FaultSchedule(List.of());
    }

    /** Exactly these faults; for tests. */
    static FaultSchedule of(Fault... faults) {
        return new FaultSchedule(List.of(faults));
    }

    /**
     * Draws the faults of a run. The same arguments give the same faults, shifted with the start.
     *
     * @param duration of the run; one that is too short for a fault and its recovery has none. A run without an
     *     end takes a long one, a day for instance, and is healthy afterwards
     */
    public static FaultSchedule draw(long seed, int pumps, long startMs, Duration duration) {
        Random random = Seeds.random(seed, pumps);
        long lastEndMs = startMs + duration.toMillis() - RECOVERY.toMillis();
        List<Fault> faults = new ArrayList<>();
        List<FaultKind> round = new ArrayList<>();
        long[] freeFromMs = new long[pumps];
        Arrays.fill(freeFromMs, Long.MIN_VALUE);
        for (long slotMs = startMs + HEALTHY_START.toMillis();
                slotMs + SHORTEST_MS <= lastEndMs;
                slotMs += SPACING_MS) {
            long nowMs = slotMs;
            int[] free = IntStream.range(0, pumps)
                    .filter(pump -> freeFromMs[pump] <= nowMs)
                    .toArray();
            if (free.length == 0) {
                continue;
            }
            if (round.isEmpty()) {
                Collections.addAll(round, FaultKind.values());
                Collections.shuffle(round, random);
            }
            long lastsMs = SHORTEST_MS + random.nextInt((int) (LONGEST_MS - SHORTEST_MS));
            Fault fault = new Fault(
                    free[random.nextInt(free.length)],
                    round.remove(round.size() - 1),
                    SENSORS.get(random.nextInt(SENSORS.size())),
                    slotMs,
                    Math.min(slotMs + lastsMs, lastEndMs));
            freeFromMs[fault.pump()] = fault.endMs() + RECOVERY.toMillis();
            faults.add(fault);
        }
        return new FaultSchedule(faults);
    }

    /** In the order of their starts. */
    public List<Fault> faults() {
        return faults;
    }

    /** The fault that a pump has at a time, if it has one. */
    public @Nullable Fault at(int pump, long timeMs) {
        NavigableMap<Long, Fault> ofPump = byPump.get(pump);
        if (ofPump == null) {
            return null;
        }
        Map.Entry<Long, Fault> latest = ofPump.floorEntry(timeMs);
        return latest != null && timeMs < latest.getValue().endMs() ? latest.getValue() : null;
    }
}
