package io.millrace.topology.decide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.AlertConfig.Level;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Rate;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.AlertConfig.Timing;
import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.config.AlertingConfig.Tell;
import io.millrace.topology.config.Expression.Operator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The engine against {@link AlertModel}, which tells the same rules from whole lists of what has happened, over random
 * rules and random sequences of events, silences and restarts. As many sequences as {@code millrace.model.sequences}
 * says.
 */
class AlertModelTest {
    private static final byte[] DEVICE = "p".getBytes(UTF_8);
    private static final double[] VALUES = {0, 0, 0, 0.55, 0.65, 0.78, 0.82, 0.88, 0.95, 0.95, 0.95, Double.NaN};
    private static final List<Severity> SEVERITIES = List.of(Severity.INFO, Severity.WARNING, Severity.CRITICAL);
    private static final double[] NO_FIELDS = {};
    private static final AlertingConfig ALERTING = new AlertingConfig(
            Tell.ALL, Duration.ofSeconds(1_000), Optional.empty(), List.of(), true, Duration.ofDays(30_000));

    private final List<String> told = new ArrayList<>();
    private byte @Nullable [] stored;

    private final AlertEngine.Output output = new AlertEngine.Output() {
        @Override
        public void store(byte[] device, byte @Nullable [] state) {
            stored = state;
        }

        @Override
        public void tell(AlertChange change) {
            told.add(AlertModel.line(
                    change.cause().word(),
                    change.state(),
                    change.severity().name(),
                    change.late(),
                    change.sinceMs(),
                    change.timeMs(),
                    change.revision()));
        }
    };

    private static int few(SplittableRandom random, int most) {
        return random.nextBoolean() ? 0 : random.nextInt(1, most);
    }

    private static AlertModel.Spec spec(SplittableRandom random) {
        int of = random.nextInt(4) == 0 ? random.nextInt(1, 65) : random.nextInt(1, 5);
        int clearOf = random.nextInt(1, 5);
        return new AlertModel.Spec(
                random.nextInt(1, 4),
                random.nextInt(1, of + 1),
                of,
                few(random, 5) * 1000L,
                random.nextInt(1, clearOf + 1),
                clearOf,
                few(random, 5) * 1000L,
                few(random, 6) * 1000L,
                few(random, 6) * 1000L,
                few(random, 15) * 1000L,
                few(random, 15) * 1000L,
                few(random, 5) + 1,
                15_000L);
    }

    private static AlertRule rule(AlertModel.Spec spec) {
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i < spec.levels(); i++) {
            levels.add(new Level(
                    SEVERITIES.get(i),
                    Fixtures.compare("x", Operator.GREATER, AlertModel.RAISE_ABOVE[i]),
                    Fixtures.compare("x", Operator.LESS, AlertModel.CLEAR_BELOW[i])));
        }
        Timing timing = new Timing(
                Duration.ofMillis(spec.holdMs()),
                Duration.ofMillis(spec.coolDownMs()),
                spec.staleMs() == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(spec.staleMs())),
                spec.giveUpMs() == 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(Math.max(spec.staleMs(), spec.giveUpMs()))),
                spec.flaps() < 2
                        ? Optional.empty()
                        : Optional.of(new Rate(spec.flaps(), Duration.ofMillis(spec.flapMs()))));
        return AlertRule.of(
                new AlertConfig(
                        "r",
                        levels,
                        new Persistence(spec.hits(), spec.of(), Duration.ofMillis(spec.spanMs())),
                        new Persistence(spec.clearHits(), spec.clearOf(), Duration.ofMillis(spec.clearSpanMs())),
                        timing),
                Tell.ALL,
                List.of("x"),
                List.of());
    }

    @Test
    void agreesWithTheModel() {
        int sequences = Integer.getInteger("millrace.model.sequences", 50_000);
        int raises = 0;
        int stale = 0;
        int flapping = 0;
        for (int i = 0; i < sequences; i++) {
            run(new SplittableRandom(i), "sequence " + i);
            for (String line : told) {
                raises += line.startsWith("raised") ? 1 : 0;
                stale += line.startsWith("stale") ? 1 : 0;
                flapping += line.startsWith("flapping") ? 1 : 0;
            }
        }
        assertThat(raises).as("raises").isGreaterThan(sequences / 4);
        assertThat(stale).as("stale alerts").isGreaterThan(sequences / 100);
        assertThat(flapping).as("flapping alerts").isGreaterThan(sequences / 500);
    }

    private void run(SplittableRandom random, String name) {
        AlertModel.Spec spec = spec(random);
        AlertModel model = new AlertModel(spec, ALERTING.catchUp().toMillis());
        List<AlertRule> rules = List.of(rule(spec));
        AlertEngine engine = new AlertEngine(rules, ALERTING, output);
        told.clear();
        stored = null;
        boolean past = random.nextInt(4) == 0; // then nothing is silent: when the present is reached is not the model's
        long now = 10_000_000;
        long time = past ? now - 1_010_000 : now;
        double x = 0;
        double[] scores = new double[1];
        for (int step = random.nextInt(10, 40); step > 0; step--) {
            long pause = random.nextInt(8) == 0 ? random.nextInt(1, 30) * 1000L : 1000;
            now += pause;
            if (!past && random.nextInt(6) == 0) {
                engine.tick(now);
                model.tick(now);
            } else {
                time += pause;
                x = random.nextInt(3) == 0 ? VALUES[random.nextInt(VALUES.length)] : x;
                scores[0] = x;
                int odd = random.nextInt(40);
                long eventMs = odd == 0 ? time - 3_000 : odd == 1 ? time - 400_000 : time;
                engine.event(DEVICE, eventMs, now, scores, NO_FIELDS, now);
                model.event(x, eventMs, now);
            }
            if (random.nextInt(8) == 0) {
                engine = new AlertEngine(rules, ALERTING, output);
                if (stored != null) {
                    engine.load(DEVICE, stored, now);
                }
                model.restart(now);
            }
            if (!told.equals(model.told)) {
                assertThat(told).as(name + " of " + spec).isEqualTo(model.told);
            }
        }
    }
}
