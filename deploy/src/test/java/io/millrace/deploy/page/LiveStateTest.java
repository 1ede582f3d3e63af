package io.millrace.deploy.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.deploy.page.DeviceTrack.Cursor;
import io.millrace.deploy.page.DeviceTrack.Slice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LiveStateTest {
    private static final long NOW = 1_764_000_000_000L;

    private final ManualClock clock = new ManualClock(NOW);
    private final LiveState state = new LiveState("pumps", List.of("/flow", "/motor/current"), clock, 3);

    @Test
    void givesADevicesPointsOnceToAReaderThatKeepsItsCursor() {
        // Given
        telemetry("p1", NOW, 1, 10);
        prediction("p1", NOW, 0.5);
        Slice first = slice("p1", Cursor.START);
        telemetry("p1", NOW + 1, 2, Double.NaN);

        // When
        Slice second = slice("p1", first.cursor());

        // Then
        assertThat(first.reset()).isTrue();
        assertThat(first.signals().t()).containsExactly(NOW);
        assertThat(first.scoreNames()).containsExactly("anomaly");
        assertThat(first.scores().v()).isDeepEqualTo(new float[][] {{0.5f}});
        assertThat(second.reset()).isFalse();
        assertThat(second.signals().t()).containsExactly(NOW + 1);
        assertThat(second.signals().v()[0]).containsExactly(2f);
        assertThat(second.signals().v()[1]).containsExactly(Float.NaN);
        assertThat(second.scores().t()).isEmpty();
    }

    @Test
    void keepsTheLatestPointsOfADevice() {
        // When
        for (int i = 0; i < DeviceTrack.POINTS + 70; i++) {
            telemetry("p1", NOW + i, i, -i);
        }

        // Then
        SeriesRing.Points points = slice("p1", Cursor.START).signals();
        assertThat(points.t()).hasSize(DeviceTrack.POINTS).startsWith(NOW + 70).endsWith(NOW + 1_269);
        assertThat(points.v()[1]).startsWith(-70f).endsWith(-1_269f);
    }

    @Test
    void startsTheScoresAnewWhenAModelGivesOthers() {
        // Given
        prediction("p1", NOW, 0.5);
        Cursor cursor = slice("p1", Cursor.START).cursor();

        // When
        state.apply(new Seen.Prediction("p1", NOW + 1, Map.of("wear", 0.25), "OK", null, "CPU"));

        // Then
        Slice slice = slice("p1", cursor);
        assertThat(slice.reset()).isTrue();
        assertThat(slice.scoreNames()).containsExactly("wear");
        assertThat(slice.scores().t()).containsExactly(NOW + 1);
    }

    @Test
    void tellsWhatRanTheModelForTheLastPrediction() {
        // Given
        state.apply(new Seen.Prediction("p1", NOW, Map.of("wear", 0.25), "OK", null, "CUDA"));

        // When its device fails
        state.apply(new Seen.Prediction("p1", NOW + 1, Map.of("wear", 0.25), "OK", null, "CPU"));

        // Then
        assertThat(state.stats(0).provider()).isEqualTo("CPU");
    }

    @Test
    void leavesAGapWhereTheModelCouldNotJudge() {
        // Given
        prediction("p1", NOW, 0.5);

        // When
        state.apply(new Seen.Prediction("p1", NOW + 1, Map.of(), "INSUFFICIENT", "missing /flow", "CPU"));

        // Then
        Slice slice = slice("p1", Cursor.START);
        assertThat(slice.scores().v()[0]).containsExactly(0.5f, Float.NaN);
        assertThat(slice.quality()).isEqualTo("INSUFFICIENT");
        assertThat(slice.reason()).isEqualTo("missing /flow");
        assertThat(state.summary().insufficient()).isEqualTo(1);
    }

    @Test
    void takesANewDeviceInPlaceOfASilentOneOnly() {
        // Given
        telemetry("a", NOW, 1, 1);
        clock.advance(Fleet.SILENT_MS - 1);
        telemetry("b", NOW, 1, 1);
        telemetry("c", NOW, 1, 1);

        // When
        telemetry("d", NOW, 1, 1);

        // Then
        assertThat(ids()).containsExactly("a", "b", "c");
        assertThat(state.stats(0).truncated()).isTrue();

        // When
        clock.advance(1);
        telemetry("e", NOW, 1, 1);

        // Then
        assertThat(ids()).containsExactly("b", "c", "e");
    }

    @Test
    void findsAPlaceForADeviceWithAnAlertAndListsItFirst() {
        // Given
        telemetry("a", NOW, 1, 1);
        telemetry("b", NOW, 1, 1);
        telemetry("c", NOW, 1, 1);

        // When
        alert("z", true, NOW, 1);

        // Then
        assertThat(ids()).containsExactly("z", "b", "c");
        assertThat(state.devices("B", 10)).extracting(DeviceTrack.Row::id).containsExactly("b");
        assertThat(state.devices("", 1)).hasSize(1);
    }

    @Test
    void countsRaisesAndClearsOnceEach() {
        // When
        alert("p1", true, NOW, 1);
        alert("p1", true, NOW, 1);
        clock.advance(5);
        alert("p1", false, NOW + 4, 2);
        alert("p1", true, NOW, 1);

        // Then
        Summary summary = state.summary();
        assertThat(summary.alertsRaised()).isEqualTo(1);
        assertThat(summary.alertsCleared()).isEqualTo(1);
        assertThat(summary.transitions())
                .containsExactly(
                        new AlertTransition("p1", "wear", true, NOW - 1, NOW, NOW),
                        new AlertTransition("p1", "wear", false, NOW - 1, NOW + 4, NOW + 5));
        assertThat(state.stats(0).firing()).isZero();
        assertThat(state.alerts(10)).extracting(Seen.Alert::firing).containsExactly(false);
    }

    @Test
    void acceptsRevisionsThatBeginAnewAtALaterTime() {
        // Given
        alert("p1", true, NOW, 7);

        // When
        alert("p1", false, NOW + 1, 1);

        // Then
        assertThat(state.stats(0).firing()).isZero();
    }

    @Test
    void showsAlertsOfThePastButDoesNotCountThem() {
        // When
        state.apply(new Seen.Alert("p1", "wear", true, "critical", 0.9, NOW - 9, NOW - 8, 1, "m", true));

        // Then
        assertThat(state.alerts(10)).hasSize(1);
        assertThat(state.stats(0).firing()).isEqualTo(1);
        assertThat(state.summary().alertsRaised()).isZero();
        assertThat(state.summary().transitions()).isEmpty();
    }

    @Test
    void forgetsResolvedAlertsAfterAWhileAndDeletedOnesAtOnce() {
        // Given
        alert("p1", false, NOW, 2);
        alert("p2", true, NOW, 1);

        // When
        clock.advance(AlertBoard.KEEP_RESOLVED_MS + 1);

        // Then
        assertThat(state.alerts(10)).extracting(Seen.Alert::device).containsExactly("p2");

        // When
        state.apply(new Seen.AlertGone("p2/wear"));

        // Then
        assertThat(state.alerts(10)).isEmpty();
        assertThat(state.stats(0).firing()).isZero();
    }

    @Test
    void letsAnOldResolutionEndItsAlertWithoutARow() {
        // Given
        clock.advance(AlertBoard.KEEP_RESOLVED_MS + 2);
        alert("p1", true, NOW, 1);

        // When
        alert("p1", false, NOW + 1, 2);

        // Then
        assertThat(state.alerts(10)).isEmpty();
        assertThat(state.stats(0).firing()).isZero();
        assertThat(state.summary().alertsCleared()).isEqualTo(1);
    }

    @Test
    void keepsABoundedNumberOfAlertsAndTransitions() {
        // When
        for (int i = 0; i < AlertBoard.MAX_ALERTS + 1; i++) {
            alert("p" + i, true, NOW + i, 1);
        }

        // Then
        assertThat(state.alerts(Integer.MAX_VALUE)).hasSize(AlertBoard.MAX_ALERTS);
        assertThat(state.stats(0).firing()).isEqualTo(AlertBoard.MAX_ALERTS);
        assertThat(state.summary().alertsRaised()).isEqualTo(AlertBoard.MAX_ALERTS + 1);
        assertThat(state.summary().transitions()).hasSize(AlertBoard.MAX_TRANSITIONS);
    }

    @Test
    void keepsTheLatestDeadLettersFirst() {
        // When
        for (int i = 0; i < LiveState.MAX_DEAD_LETTERS + 5; i++) {
            state.apply(new Seen.DeadLetter(NOW + i, "decode", "truncated", "", "", "telemetry-0@" + i, ""));
        }

        // Then
        assertThat(state.deadLetters()).hasSize(LiveState.MAX_DEAD_LETTERS);
        assertThat(state.deadLetters().get(0).source()).isEqualTo("telemetry-0@104");
    }

    @Test
    void reckonsThroughputAndLatencyBySecond() {
        // Given
        for (int i = 1; i <= 100; i++) {
            prediction("p1", NOW - i, 0.1);
        }
        state.count(101, 100, 1);
        clock.advance(1_000);

        // When
        LiveState.Stats stats = state.stats(0);

        // Then
        assertThat(stats.seconds()).hasSize(1);
        SecondsLog.Second second = stats.seconds().get(0);
        assertThat(second.t()).isEqualTo(NOW / 1000);
        assertThat(second.events()).isEqualTo(101);
        assertThat(second.predictions()).isEqualTo(100);
        assertThat(second.deadLetters()).isEqualTo(1);
        assertThat(second.p50()).isEqualTo(50f, within(1f));
        assertThat(second.p99()).isEqualTo(99f, within(1f));
        assertThat(stats.perSecond()).isEqualTo(100);
        assertThat(stats.p50()).isEqualTo(50, within(1.0));
        assertThat(state.summary().latency().count()).isEqualTo(100);
        assertThat(state.summary().latency().maxMs()).isEqualTo(100, within(1.0));
        assertThat(state.summary().firstPredictionSeen()).isEqualTo(NOW);
        assertThat(state.stats(second.t()).seconds()).isEmpty();
    }

    @Test
    void measuresAnEventFromTheFutureAsZero() {
        // When
        prediction("p1", NOW + 60_000, 0.1);

        // Then
        assertThat(state.summary().latency().maxMs()).isZero();
    }

    @Test
    void keepsTenMinutesOfSecondsHoweverLongItWaited() {
        // When
        state.count(1, 0, 0);
        clock.advance(86_400_000);

        // Then
        List<SecondsLog.Second> seconds = state.stats(0).seconds();
        assertThat(seconds).hasSize(SecondsLog.SECONDS);
        assertThat(seconds.get(SecondsLog.SECONDS - 1).t()).isEqualTo(clock.millis() / 1000 - 1);
        assertThat(seconds).allMatch(second -> second.events() == 0);
    }

    @Test
    void saysThatItSamplesForAWhile() {
        // When
        state.sampled(7);
        state.skipped(40);

        // Then
        assertThat(state.stats(0).sampling()).isTrue();
        clock.advance(10_000);
        assertThat(state.stats(0).sampling()).isFalse();
        assertThat(state.summary().sampled()).isEqualTo(7);
        assertThat(state.summary().skipped()).isEqualTo(40);
    }

    private List<String> ids() {
        return state.devices("", 10).stream().map(DeviceTrack.Row::id).toList();
    }

    private Slice slice(String device, Cursor cursor) {
        return Objects.requireNonNull(state.device(device, cursor));
    }

    private void telemetry(String device, long time, double... values) {
        state.apply(new Seen.Telemetry(device, time, values));
    }

    private void prediction(String device, long time, double score) {
        state.apply(new Seen.Prediction(device, time, Map.of("anomaly", score), "OK", null, "CPU"));
    }

    private void alert(String device, boolean firing, long time, long revision) {
        state.apply(new Seen.Alert(device, "wear", firing, "critical", 0.9, NOW - 1, time, revision, "m 3", false));
    }
}
