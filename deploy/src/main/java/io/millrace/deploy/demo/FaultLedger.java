package io.millrace.deploy.demo;

import io.millrace.deploy.demo.Findings.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Holds what a pipeline said against what was really wrong. An alert finds a fault if it fires on that pump between
 * the fault's start and a grace after its end; one that finds none is false, and so is one for a silent sensor,
 * where the model cannot judge.
 *
 * <p>Times are event times. Events of one device come in their order; repeated ones count once. There is one rule
 * per device. Thread-safe.
 */
public final class FaultLedger {
    private final long graceMs;
    private final List<Case> cases = new ArrayList<>();
    private final Map<String, List<Case>> byDevice = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private int raised;
    private int cleared;
    private int falseAlerts;

    /**
     * Opens a case for each fault.
     *
     * @param grace how long after a fault's end an alert may still be due to it
     */
    public FaultLedger(FaultSchedule schedule, Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, got: " + grace);
        }
        graceMs = grace.toMillis();
        for (Fault fault : schedule.faults()) {
            Case opened = new Case(fault);
            cases.add(opened);
            byDevice.computeIfAbsent(PumpFleet.deviceId(fault.pump()), device -> new ArrayList<>())
                    .add(opened);
        }
    }

    /** An alert of this device fired. */
    public synchronized void fired(String device, long timeMs) {
        if (!open.add(device)) {
            return;
        }
        raised++;
        List<Case> due = casesAt(device, timeMs, true).toList();
        if (due.isEmpty()) {
            falseAlerts++;
        }
        due.forEach(found -> found.foundAt(timeMs));
    }

    /** The alert of this device was resolved. */
    public synchronized void resolved(String device, long timeMs) {
        if (open.remove(device)) {
            cleared++;
            byDevice.getOrDefault(device, List.of()).forEach(found -> found.clearedAt(timeMs));
        }
    }

    /** A prediction of this device was of quality {@code INSUFFICIENT}: what a silent sensor should lead to. */
    public synchronized void insufficient(String device, long timeMs) {
        casesAt(device, timeMs, false).forEach(found -> found.foundAt(timeMs));
    }

    /** What is known of the faults that started before a time; of the alerts, all that were seen. */
    public synchronized Findings findings(long untilMs) {
        List<Outcome> outcomes = cases.stream()
                .filter(started -> started.fault.startMs() < untilMs)
                .map(started -> new Outcome(started.fault, started.foundMs, started.clearedMs))
                .toList();
        return new Findings(outcomes, raised, cleared, falseAlerts);
    }

    private Stream<Case> casesAt(String device, long timeMs, boolean forAlert) {
        return byDevice.getOrDefault(device, List.of()).stream()
                .filter(due -> due.fault.kind().callsForAlert() == forAlert)
                .filter(due -> due.fault.startMs() <= timeMs && timeMs <= due.fault.endMs() + graceMs);
    }

    private static final class Case {
        private final Fault fault;
        private OptionalLong foundMs = OptionalLong.empty();
        private OptionalLong clearedMs = OptionalLong.empty();

        Case(Fault fault) {
            this.fault = fault;
        }

        void foundAt(long timeMs) {
            if (foundMs.isEmpty()) {
                foundMs = OptionalLong.of(timeMs);
            }
        }

        void clearedAt(long timeMs) {
            if (fault.kind().callsForAlert() && foundMs.isPresent() && clearedMs.isEmpty()) {
                clearedMs = OptionalLong.of(timeMs);
            }
        }
    }
}
