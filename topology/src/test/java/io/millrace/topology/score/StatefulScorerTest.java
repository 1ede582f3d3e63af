package io.millrace.topology.score;

import static io.millrace.scorers.testing.FakeScorer.contract;
import static io.millrace.scorers.testing.FakeScorer.floats;
import static io.millrace.topology.score.Fixtures.TIMES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.features.DeviceState;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import io.millrace.topology.score.StatefulScorer.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatefulScorerTest {
    private static final String FEATURES = """
            pipeline: pumps
            source: {device: /d, time: /t}
            model:
              uri: fake.onnx
              inputs:
                x:
                  - /a
                  - {field: /a, lag: 2}
                  - {field: /b, rolling: mean, over: 4}
                  - {since-last: seconds}
                w: {window: 3, fields: [/b, /a]}
            quality:
              clock-ahead: 5s
              fields: {/a: {min: -100, max: 100}, /b: {frozen-after: 4}}
            """;
    private static final String RECURRENT = """
            pipeline: pumps
            source: {device: /d, time: /t}
            model:
              uri: fake.onnx
              inputs: {x: [/a, /b]}
              state: {h_out: h_in}
            quality:
              clock-ahead: 5s
              fields: {/a: {min: -100, max: 100}, /b: {frozen-after: 4}}
            """;
    private static final int UNLUCKY = 13;

    /** One event of the test, as its author sees it. */
    private record Told(
            String device, long timeMs, @Nullable Integer a, int b, boolean garbage, RawEvent raw) {}

    /** One device's past, kept as plainly as can be. */
    private static final class Past {
        private final List<int[]> values = new ArrayList<>();
        private final List<Long> times = new ArrayList<>();
        private double[] hidden = {0, 0};
    }

    private static double[] model(double[] x, double[] w) {
        double sum = x[0] - 3 * x[1] + 5 * x[2] + 7 * x[3];
        for (int i = 0; i < w.length; i++) {
            sum += (i + 11) * w[i];
        }
        return new double[] {sum};
    }

    private static double[] recurrentModel(double[] x, double[] h) {
        return new double[] {x[0] + 2 * x[1] + 3 * h[0] - h[1], h[0] / 2 + x[0], h[1] + x[1]};
    }

    /** What must become of an event, from the definitions alone. */
    private static String reference(Told told, Map<String, Past> pasts, boolean recurrent) {
        if (told.garbage) {
            return "refused decode";
        }
        if (told.a == null) {
            return "missing /a";
        }
        if (Math.abs(told.a) > 100) {
            return "out-of-range /a";
        }
        if (told.timeMs > told.raw.timestampMs() + 5000) {
            return "clock-ahead";
        }
        Past past = pasts.computeIfAbsent(told.device, device -> new Past());
        int n = past.values.size();
        if (n > 0 && told.timeMs < past.times.get(n - 1)) {
            return "late";
        }
        past.values.add(new int[] {told.a, told.b});
        past.times.add(told.timeMs);
        List<int[]> all = past.values;
        boolean frozen = n >= 3 && all.subList(n - 3, n + 1).stream().allMatch(v -> v[1] == told.b);
        if (frozen) {
            return "frozen /b";
        }
        if (!recurrent && n < 3) {
            return "history: the device must have had 3 events, got: " + n;
        }
        if (told.a == UNLUCKY) {
            return "refused score";
        }
        if (recurrent) {
            double[] out = recurrentModel(new double[] {told.a, told.b}, past.hidden);
            past.hidden = new double[] {out[1], out[2]};
            return "scored " + out[0];
        }
        double mean = all.subList(n - 3, n + 1).stream().mapToInt(v -> v[1]).sum() / 4.0;
        double gap = (told.timeMs - past.times.get(n - 1)) / 1000.0;
        double[] x = {told.a, all.get(n - 2)[0], mean, gap};
        double[] w = {
            all.get(n - 2)[1], all.get(n - 2)[0], all.get(n - 1)[1], all.get(n - 1)[0], told.b, told.a,
        };
        return "scored " + model(x, w)[0];
    }

    private static String describe(Outcome outcome) {
        if (outcome instanceof Refused refused) {
            return "refused " + refused.why().stage();
        }
        Prediction prediction = (Prediction) outcome;
        String why = prediction.insufficient();
        return why == null
                ? "scored " + prediction.scores()[0]
                : why.startsWith("history") || !why.contains(":") ? why : why.substring(0, why.indexOf(':'));
    }

    private static List<Told> randomEvents(Random random, int count) {
        List<Told> events = new ArrayList<>();
        long now = 1_764_000_000_000L;
        for (int i = 0; i < count; i++) {
            now += random.nextInt(400);
            String device = "pump-" + random.nextInt(4);
            boolean garbage = random.nextInt(25) == 0;
            Integer a = random.nextInt(20) == 0 ? null : random.nextInt(20) == 0 ? 101 : random.nextInt(40) - 20;
            long time = now + (random.nextInt(15) == 0 ? 5001 : 0) - (random.nextInt(10) == 0 ? 1500 : 0);
            int b = random.nextInt(2);
            String json = garbage ? "{\"d\":" : Fixtures.json(device, time, a, b);
            events.add(new Told(device, time, a, b, garbage, Fixtures.raw(i, now, json)));
        }
        return events;
    }

    private static FakeScorer fake(boolean recurrent, int maxRows) {
        FakeScorer fake = recurrent
                ? new FakeScorer(
                        contract(
                                List.of(floats("h_in", 2), floats("x", 2)),
                                List.of(floats("h_out", 2), floats("s", 1))),
                        maxRows,
                        (in, out) -> {
                            double[] y = recurrentModel(in[1], in[0]);
                            out[1][0] = y[0];
                            out[0][0] = y[1];
                            out[0][1] = y[2];
                        })
                : new FakeScorer(
                        contract(List.of(floats("w", 6), floats("x", 4)), List.of(floats("s", 1))),
                        maxRows,
                        (in, out) -> out[0][0] = model(in[1], in[0])[0]);
        fake.failWhen(in -> in[1][0] == UNLUCKY);
        return fake;
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 2", "false, 3", "true, 1", "true, 2", "true, 3"})
    void batchesOfAnySizeSayWhatTheDefinitionsSay(boolean recurrent, long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 15; round++) {
            // Given a run of events in which everything that can go wrong does
            List<Told> events = randomEvents(random, 400);
            FakeScorer fake = fake(recurrent, 1 + random.nextInt(32));
            ScoringPlan plan = Fixtures.plan(recurrent ? RECURRENT : FEATURES, fake.contract());
            EventDecoder decoder = plan.decoders().get();
            Map<String, DeviceState> states = new HashMap<>();
            List<String> outcomes = new ArrayList<>();

            // When they are scored in batches of any size, the state moved on by each as it is processed
            int most = round == 0 ? 1 : 60;
            try (StatefulScorer scorer = new StatefulScorer(plan, fake, TIMES)) {
                for (int from = 0, to; from < events.size(); from = to) {
                    to = Math.min(events.size(), from + 1 + random.nextInt(most));
                    List<RawEvent> raws =
                            events.subList(from, to).stream().map(Told::raw).toList();
                    List<Decoded> decoded =
                            raws.stream().map(raw -> plan.decode(decoder, raw)).toList();
                    for (Step step : scorer.score(raws, decoded, device -> state(states, plan, device))) {
                        if (step.event() != null) {
                            DeviceState state = state(states, plan, step.device());
                            assertThat(step.assumes(state)).isTrue();
                            step.applyTo(state);
                        }
                        outcomes.add(describe(step.outcome()));
                    }
                }
            }

            // Then
            Map<String, Past> pasts = new HashMap<>();
            assertThat(outcomes)
                    .containsExactlyElementsOf(events.stream()
                            .map(told -> reference(told, pasts, recurrent))
                            .toList());
            assertThat(String.join("\n", outcomes))
                    .contains("scored", "refused score", "refused decode", "late", "missing", "frozen", "clock-ahead");
            pasts.forEach((device, past) -> {
                DeviceState state = state(states, plan, device.getBytes(UTF_8));
                assertThat(state.count()).isEqualTo(past.values.size());
                assertThat(state.hidden()).isEqualTo(recurrent ? past.hidden : new double[0]);
            });
        }
    }

    private static DeviceState state(Map<String, DeviceState> states, ScoringPlan plan, byte[] device) {
        return states.computeIfAbsent(
                new String(device, UTF_8),
                key -> new DeviceState(plan.features().layout()));
    }

    @Test
    void theStoredStatesAreNotTouched() {
        FakeScorer fake = fake(true, 8);
        ScoringPlan plan = Fixtures.plan(RECURRENT, fake.contract());
        DeviceState stored = new DeviceState(plan.features().layout());
        RawEvent raw = Fixtures.raw(0, 0, Fixtures.json("p", 0, 1, 1));

        try (StatefulScorer scorer = new StatefulScorer(plan, fake, TIMES)) {
            scorer.score(List.of(raw), List.of(plan.decode(plan.decoders().get(), raw)), device -> stored);
        }

        assertThat(stored).isEqualTo(new DeviceState(plan.features().layout()));
    }

    @Test
    void aRecurrentModelIsAskedOncePerWaveOfDevices() {
        // Given three events of one device, two of another, one of a third
        FakeScorer fake = fake(true, 8);
        ScoringPlan plan = Fixtures.plan(RECURRENT, fake.contract());
        EventDecoder decoder = plan.decoders().get();
        List<RawEvent> raws = Arrays.stream("pppqqr".split(""))
                .map(device -> Fixtures.raw(0, 0, Fixtures.json(device, 0, 1, device.hashCode())))
                .toList();

        // When
        try (StatefulScorer scorer = new StatefulScorer(plan, fake, TIMES)) {
            scorer.score(
                    raws,
                    raws.stream().map(raw -> plan.decode(decoder, raw)).toList(),
                    device -> new DeviceState(plan.features().layout()));
        }

        // Then
        assertThat(fake.batchSizes()).containsExactly(3, 2, 1);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void offlineSaysTheSameWhateverTheCallsHold(boolean recurrent) {
        List<Told> events = randomEvents(new Random(9), 500);
        Map<String, Past> pasts = new HashMap<>();
        List<String> outcomes = new ArrayList<>();
        FakeScorer fake = fake(recurrent, 16);

        try (OfflineScorer offline =
                new OfflineScorer(Fixtures.plan(recurrent ? RECURRENT : FEATURES, fake.contract()), fake, TIMES)) {
            for (List<Told> part : List.of(events.subList(0, 1), events.subList(1, 250), events.subList(250, 500))) {
                offline.score(part.stream().map(Told::raw).toList())
                        .forEach(outcome -> outcomes.add(describe(outcome)));
            }
        }

        assertThat(outcomes)
                .containsExactlyElementsOf(events.stream()
                        .map(told -> reference(told, pasts, recurrent))
                        .toList());
    }
}
