package io.millrace.loadtest.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of the records. Counts are of records, but for {@code duplicates}: sightings beyond a record's first.
 *
 * @param sent in the source topic
 * @param predicted with at least one prediction
 * @param deadLettered with at least one dead letter
 * @param missing with neither
 * @param duplicates sightings too many, of predictions and dead letters together
 * @param orderViolations first seen after a later one of the same device
 * @param malformedPredicted spoilt on purpose and scored all the same
 * @param wellFormedDeadLettered sound and not scored
 * @param wrongDevice whose prediction names another device
 * @param strangers seen but never sent
 * @param impossible visible before they were meant to be sent
 * @param unreadable outputs that name no record
 * @param failedSends of the generator that were not taken in
 * @param examples the first few of what is wrong, for a person
 */
public record Verdict(
        long sent,
        long predicted,
        long deadLettered,
        long missing,
        long duplicates,
        long orderViolations,
        long malformedPredicted,
        long wellFormedDeadLettered,
        long wrongDevice,
        long strangers,
        long impossible,
        long unreadable,
        long failedSends,
        List<String> examples) {

    /** Everything that should not be. Empty if each record came out once, in order, as what it was. */
    public List<String> faults(boolean duplicatesAllowed) {
        List<String> faults = new ArrayList<>();
        fault(faults, missing, "missing");
        fault(faults, duplicatesAllowed ? 0 : duplicates, "duplicated");
        fault(faults, orderViolations, "out of order within their device");
        fault(faults, malformedPredicted, "malformed but scored");
        fault(faults, wellFormedDeadLettered, "well-formed but dead-lettered");
        fault(faults, wrongDevice, "under another device's name");
        fault(faults, strangers, "never sent");
        fault(faults, impossible, "visible before they were meant to be sent");
        fault(faults, unreadable, "without readable coordinates");
        fault(faults, failedSends, "not taken in");
        return faults;
    }

    private static void fault(List<String> faults, long count, String what) {
        if (count > 0) {
            faults.add(count + " " + what);
        }
    }

    /** Adds up a {@link Verdict}. */
    static final class Tally {
        private static final int MOST_EXAMPLES = 10;

        long failedSends;
        long unreadable;
        long orderViolations;
        private long sent;
        private long predicted;
        private long deadLettered;
        private long missing;
        private long duplicates;
        private long malformedPredicted;
        private long wellFormedDeadLettered;
        private long wrongDevice;
        private long strangers;
        private long impossible;
        private final List<String> examples = new ArrayList<>();

        void add(
                int stream,
                int position,
                boolean known,
                boolean malformed,
                boolean sound,
                boolean wrong,
                int predictions,
                int deadLetters,
                boolean tooEarly) {
            sent += known ? 1 : 0;
            predicted += predictions > 0 ? 1 : 0;
            deadLettered += deadLetters > 0 ? 1 : 0;
            boolean seen = predictions + deadLetters > 0;
            missing += note(!seen, stream, position, "missing");
            if (seen) {
                duplicates += note(predictions + deadLetters > 1, stream, position, "duplicated") == 0
                        ? 0
                        : predictions + deadLetters - 1;
            }
            strangers += note(!known, stream, position, "never sent");
            wrongDevice += note(wrong, stream, position, "under another device's name");
            impossible += note(known && seen && tooEarly, stream, position, "visible before it was to be sent");
            malformedPredicted += note(malformed && predictions > 0, stream, position, "malformed but scored");
            wellFormedDeadLettered +=
                    note(known && sound && deadLetters > 0, stream, position, "well-formed but dead-lettered");
        }

        private int note(boolean wrong, int stream, int position, String what) {
            if (wrong && examples.size() < MOST_EXAMPLES) {
                examples.add(stream + "/" + position + " " + what);
            }
            return wrong ? 1 : 0;
        }

        Verdict verdict() {
            return new Verdict(
                    sent,
                    predicted,
                    deadLettered,
                    missing,
                    duplicates,
                    orderViolations,
                    malformedPredicted,
                    wellFormedDeadLettered,
                    wrongDevice,
                    strangers,
                    impossible,
                    unreadable,
                    failedSends,
                    List.copyOf(examples));
        }
    }
}
