package io.millrace.deploy.page;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Feeds a {@link LiveState} as a pipeline over a fleet of pumps would: telemetry, predictions, alerts for pumps with
 * a fault, and a dead letter now and then. Seeded; time comes from the caller.
 */
final class SyntheticPumps {
    static final List<String> SIGNALS =
            List.of("/flow", "/pressure", "/temperature", "/vibration", "/motor/current", "/motor/speed");
    private static final double[] LEVELS = {42, 6.2, 61, 1.8, 14.5, 1480};
    private static final double[] NOISE = {0.6, 0.05, 0.3, 0.12, 0.25, 3};
    private static final double[] FAULT = {-9, 0.9, 14, 4.1, 3.5, -35};

    private final LiveState state;
    private final Random random = new Random(17);
    private final int pumps;
    private final Map<String, Double> faults = new ConcurrentHashMap<>();
    private final Map<String, Double> severity = new HashMap<>();
    private final Map<String, Long> firing = new HashMap<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private long offset;

    SyntheticPumps(LiveState state, int pumps) {
        this.state = state;
        this.pumps = pumps;
    }

    static String id(int pump) {
        return String.format(Locale.ROOT, "pump-%03d", pump);
    }

    void breakDown(String pump) {
        faults.put(pump, 1.0);
    }

    void repair(String pump) {
        faults.remove(pump);
    }

    /** One event of each pump at the given time. */
    void tick(long now) {
        for (int pump = 0; pump < pumps; pump++) {
            event(id(pump), pump, now);
        }
        if (random.nextInt(6) == 0) {
            deadLetter(now);
        }
    }

    private void event(String id, int pump, long now) {
        double target = faults.getOrDefault(id, 0.0);
        double ill = severity.merge(id, target, (old, to) -> old + (to - old) * 0.25);
        double[] values = new double[LEVELS.length];
        for (int i = 0; i < values.length; i++) {
            double rhythm = Math.sin(now / 90_000.0 + pump) * NOISE[i] * 2;
            values[i] = LEVELS[i] * (1 + (pump % 7 - 3) * 0.02)
                    + rhythm
                    + FAULT[i] * ill
                    + random.nextGaussian() * NOISE[i];
        }
        long eventTime = now - 8 - (long) Math.abs(random.nextGaussian() * 14);
        state.apply(new Seen.Telemetry(id, eventTime, values));
        boolean judged = pump != 11;
        double score = 0.04 + 0.93 * ill + Math.abs(random.nextGaussian()) * 0.02;
        state.apply(new Seen.Prediction(
                id,
                eventTime,
                judged ? Map.of("anomaly", score) : Map.of(),
                judged ? "OK" : "INSUFFICIENT",
                judged ? null : "frozen /pressure",
                "CPU"));
        state.count(1, 1, 0);
        decide(id, score, eventTime);
    }

    private void decide(String id, double score, long time) {
        if (score > 0.9 && !firing.containsKey(id)) {
            firing.put(id, time - 1_000);
            alert(id, true, score, time);
        } else if (score < 0.6 && firing.containsKey(id)) {
            alert(id, false, score, time);
            firing.remove(id);
        }
    }

    private void alert(String id, boolean fires, double score, long time) {
        long since = firing.getOrDefault(id, time);
        long revision = revisions.merge(id, 1L, Long::sum);
        state.apply(new Seen.Alert(
                id, "bearing-wear", fires, "critical", score, since, time, revision, "pump-autoencoder 3", false));
    }

    /** The other ways in which an alert can stand. */
    void showStates(long now) {
        state("pump-002", "bearing-wear", "STALE", "", now);
        state("pump-005", "seal-leak", "FLAPPING", "", now);
        state("pump-006", "bearing-wear", "FIRING", "acknowledged by ann", now);
        state("pump-007", "bearing-wear", "FIRING", "silenced", now);
        state("pump-009", "cavitation", "FIRING", "in a storm", now);
        state("site=Leeds", "@cavitation", "FIRING", "storm of 23", now);
    }

    private void state(String id, String rule, String name, String note, long now) {
        state.apply(new Seen.Alert(
                id, rule, true, "warning", 0.91, now - 90_000, now, 1, "pump-autoencoder 3", false, name, note));
    }

    private void deadLetter(long now) {
        Seen.DeadLetter[] kinds = {
            dead(now, "missing-field", "/temperature", "/temperature is required, but is not there"),
            dead(now, "truncated", "", "the record ends in the middle of a string, at byte 87"),
            dead(now, "wrong-type", "/vibration", "/vibration must be a number, got a string: \"n/a\""),
        };
        state.apply(kinds[random.nextInt(kinds.length)]);
        state.count(1, 0, 1);
    }

    private Seen.DeadLetter dead(long now, String reason, String field, String detail) {
        String source = "telemetry-" + offset % 8 + "@" + (120_000 + offset++);
        return new Seen.DeadLetter(now, "decode", reason, field, detail, source, id(random.nextInt(pumps)));
    }
}
