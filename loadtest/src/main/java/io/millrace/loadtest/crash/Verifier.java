package io.millrace.loadtest.crash;

import io.millrace.loadtest.crash.Fleet.Reading;
import io.millrace.loadtest.crash.Harvest.AlertRecord;
import io.millrace.loadtest.crash.Harvest.DeadLetter;
import io.millrace.loadtest.crash.Harvest.Input;
import io.millrace.loadtest.crash.Harvest.Prediction;
import io.millrace.loadtest.crash.Harvest.Source;
import io.millrace.loadtest.crash.Reference.Alert;
import io.millrace.loadtest.crash.Reference.Expected;
import io.millrace.loadtest.crash.Verdict.Fault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds what came out against what went in.
 *
 * <p>Under both guarantees: every record has come to a prediction, or to a dead letter if it is malformed, and the
 * first outputs of a device's records are in the records' order. Exactly once: there is one output for each record,
 * each equals the reference, and so do all alerts, in order. At least once: outputs may come again; where there is
 * no state they must still equal the reference, and where there is they may differ for some events, since one that is
 * replayed meets a state that has seen it. They come right again: each device's last {@value #LAST} events, long after
 * the last blow, must equal the reference.
 */
final class Verifier {
    private static final double TOLERANCE = 1e-6;
    static final int LAST = 10;

    private final Variant variant;
    private final Harvest harvest;
    private final Verdict verdict = new Verdict();
    private final Map<Source, Expected> expected = new HashMap<>();
    private final Map<String, Deque<Long>> lastOffsets = new HashMap<>();
    private final Map<String, List<Alert>> expectedAlerts = new HashMap<>();

    private Verifier(Variant variant, Harvest harvest) {
        this.variant = variant;
        this.harvest = harvest;
    }

    /**
     * @param sent records that were sent
     * @param malformed malformed ones among them
     * @param onlyPredictions whether alerts are not asked for
     */
    static Verdict verify(Variant variant, Harvest harvest, long sent, long malformed, boolean onlyPredictions) {
        Verifier verifier = new Verifier(variant, harvest);
        verifier.checkInputs(sent, malformed);
        verifier.checkPredictions();
        verifier.checkDeadLetters();
        if (!onlyPredictions) {
            verifier.checkAlerts();
        }
        return verifier.verdict;
    }

    /** That the rig did what it should, and what must come of it. */
    private void checkInputs(long sent, long malformed) {
        Map<String, Reference> references = new HashMap<>();
        Map<String, Long> next = new HashMap<>();
        for (int partition = 0; partition < harvest.telemetry().size(); partition++) {
            List<Input> inputs = harvest.telemetry().get(partition);
            verdict.records += inputs.size();
            for (int offset = 0; offset < inputs.size(); offset++) {
                Input input = inputs.get(offset);
                Reading reading = input.reading();
                if (reading == null) {
                    verdict.malformed++;
                    continue;
                }
                long seq = next.merge(input.device(), 1L, Long::sum) - 1;
                if (!reading.equals(Fleet.reading(input.device(), seq))) {
                    verdict.add(Fault.RIG, input.device() + " must have sent event " + seq + ", got: " + reading);
                }
                Expected come = references
                        .computeIfAbsent(input.device(), device -> new Reference(variant.kind()))
                        .next(reading);
                expected.put(new Source(partition, offset), come);
                Deque<Long> last = lastOffsets.computeIfAbsent(input.device(), device -> new ArrayDeque<>());
                last.add((long) offset);
                if (last.size() > LAST) {
                    last.remove();
                }
                if (come.alert() != null) {
                    expectedAlerts
                            .computeIfAbsent(input.device(), device -> new ArrayList<>())
                            .add(come.alert());
                }
            }
        }
        if (verdict.records != sent || verdict.malformed != malformed) {
            verdict.add(
                    Fault.RIG,
                    "the telemetry must have " + sent + " records with " + malformed + " malformed ones, got: "
                            + verdict.records + " with " + verdict.malformed);
        }
    }

    private void checkPredictions() {
        Set<Source> seen = new HashSet<>();
        Map<String, Long> last = new HashMap<>();
        for (Prediction prediction : harvest.predictions()) {
            Input input = input(prediction.source());
            Expected should = expected.get(prediction.source());
            if (input == null || input.reading() == null || should == null) {
                verdict.add(Fault.WRONG, "prediction for what is no event: " + prediction.source());
                continue;
            }
            boolean again = !seen.add(prediction.source());
            long offset = prediction.source().offset();
            if (again) {
                repeated(describe(input, prediction.source()));
            } else if (last.getOrDefault(input.device(), -1L) > offset) {
                verdict.add(
                        Fault.DISORDERED,
                        describe(input, prediction.source()) + " came after offset " + last.get(input.device()));
            }
            last.merge(input.device(), offset, Math::max);
            if (!again || variant.exactlyOnce()) {
                compare(input, input.reading(), should, prediction);
            }
        }
        for (Source source : expected.keySet()) {
            if (!seen.contains(source)) {
                verdict.add(Fault.LOST, describe(input(source), source) + " has no prediction");
            }
        }
    }

    private void compare(Input input, Reading reading, Expected should, Prediction is) {
        String which = describe(input, is.source());
        if (!is.device().equals(input.device()) || is.timeMs() != reading.timeMs()) {
            verdict.add(
                    Fault.WRONG,
                    which + " expected time " + reading.timeMs() + ", got: " + is.device() + " time " + is.timeMs());
            return;
        }
        if (agrees(should, is)) {
            return;
        }
        if (!variant.exactlyOnce() && variant.kind() != Variant.Kind.STATELESS && !isLast(is.source(), input)) {
            verdict.differing++;
            return;
        }
        verdict.add(
                Fault.WRONG,
                which + " expected " + text(should.scores(), should.insufficient()) + ", got: "
                        + text(is.scores(), is.insufficient()));
    }

    /** Whether the event is among its device's last. */
    private boolean isLast(Source source, Input input) {
        return source.offset()
                >= Objects.requireNonNull(lastOffsets.get(input.device())).getFirst();
    }

    private static boolean agrees(Expected should, Prediction is) {
        if (should.insufficient() != null || is.insufficient() != null) {
            return should.insufficient() != null
                    && is.insufficient() != null
                    && is.insufficient().startsWith(should.insufficient());
        }
        if (should.scores().length != is.scores().length) {
            return false;
        }
        for (int i = 0; i < is.scores().length; i++) {
            double want = should.scores()[i];
            // NaN must not pass
            if (!(Math.abs(want - is.scores()[i]) <= TOLERANCE * Math.max(1, Math.abs(want)))) {
                return false;
            }
        }
        return true;
    }

    private void checkDeadLetters() {
        Set<Source> seen = new HashSet<>();
        for (DeadLetter letter : harvest.deadLetters()) {
            Input input = input(letter.source());
            if (input == null
                    || input.reading() != null
                    || !Arrays.equals(input.value(), letter.value())
                    || !letter.device().equals(input.device())) {
                verdict.add(Fault.DEAD_LETTER, "no malformed record, or not its bytes: " + letter);
            } else if (!seen.add(letter.source())) {
                repeated(describe(input, letter.source()));
            }
        }
        for (int partition = 0; partition < harvest.telemetry().size(); partition++) {
            List<Input> inputs = harvest.telemetry().get(partition);
            for (int offset = 0; offset < inputs.size(); offset++) {
                Source source = new Source(partition, offset);
                if (inputs.get(offset).reading() == null && !seen.contains(source)) {
                    verdict.add(Fault.LOST, describe(inputs.get(offset), source) + " has no dead letter");
                }
            }
        }
    }

    private void repeated(String which) {
        verdict.replayed++;
        if (variant.exactlyOnce()) {
            verdict.add(Fault.DOUBLED, which + " has a second output");
        }
    }

    private void checkAlerts() {
        verdict.alerts = harvest.alerts().size();
        if (!variant.exactlyOnce()) {
            return; // an event that is replayed may move an alert that it has moved already
        }
        Map<String, List<Alert>> found = new HashMap<>();
        for (AlertRecord alert : harvest.alerts()) {
            found.computeIfAbsent(alert.device(), device -> new ArrayList<>()).add(alert.alert());
        }
        Set<String> devices = new HashSet<>(expectedAlerts.keySet());
        devices.addAll(found.keySet());
        for (String device : devices) {
            List<Alert> should = expectedAlerts.getOrDefault(device, List.of());
            List<Alert> is = found.getOrDefault(device, List.of());
            for (int i = 0; i < Math.max(should.size(), is.size()); i++) {
                Alert want = i < should.size() ? should.get(i) : null;
                Alert got = i < is.size() ? is.get(i) : null;
                if (want == null || !want.equals(got)) {
                    verdict.add(Fault.ALERT, device + " expected " + want + ", got: " + got);
                    break; // what follows is shifted
                }
            }
        }
    }

    private @Nullable Input input(Source source) {
        List<Input> inputs = harvest.telemetry().get(source.partition());
        return source.offset() < inputs.size() ? inputs.get((int) source.offset()) : null;
    }

    private static String describe(@Nullable Input input, Source source) {
        if (input == null) {
            return source.toString();
        }
        String event =
                input.reading() == null ? "malformed" : "seq " + input.reading().seq();
        return input.device() + " " + event + " (" + source.partition() + "/" + source.offset() + ")";
    }

    private static String text(double[] scores, @Nullable String insufficient) {
        return insufficient != null ? insufficient : Arrays.toString(scores);
    }
}
