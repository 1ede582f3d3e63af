package io.millrace.topology.desk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.config.AlertConfig.Rate;
import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.config.AlertingConfig.Tell;
import io.millrace.topology.decide.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlertDeskTest {
    private static final long NOW = 1_764_000_000_000L;

    private final List<String> sent = new ArrayList<>();
    private final Map<String, byte[]> stored = new HashMap<>();
    private final Map<String, Integer> revisions = new HashMap<>();
    private AlertingConfig config = AlertingConfig.DEFAULT;
    private AlertDesk desk = desk();

    private AlertDesk desk() {
        return new AlertDesk("pumps", config, new AlertDesk.Output() {
            @Override
            public void store(String key, byte @Nullable [] value) {
                if (value == null) {
                    stored.remove(key);
                } else {
                    stored.put(key, value);
                }
            }

            @Override
            public void send(Notice notice) {
                if (notice.body() == null) {
                    sent.add(notice.key() + " deleted");
                    return;
                }
                assertThat(notice.revision())
                        .as("revisions of %s grow", notice.key())
                        .isGreaterThan(revisions.getOrDefault(notice.key(), 0));
                revisions.put(notice.key(), notice.revision());
                sent.add(notice.key() + " " + notice.cause() + " "
                        + (notice.reason() == null ? "NOTIFY" : notice.reason())
                        + (notice.parent().isEmpty() ? "" : " in " + notice.parent())
                        + (notice.silence().isEmpty() ? "" : " by " + notice.silence())
                        + (notice.ack() == null
                                ? ""
                                : " seen by " + notice.ack().author()));
            }

            @Override
            public byte[] storm(
                    String rule,
                    String group,
                    boolean open,
                    String severity,
                    int count,
                    int children,
                    long sinceMs,
                    long timeMs) {
                sent.add("storm of " + count + ", " + children + (open ? " open" : " over"));
                return new byte[0];
            }

            @Override
            public byte[] summary(long raised, long cleared, long open, long fromMs, long untilMs, long timeMs) {
                sent.add("raised " + raised + " cleared " + cleared + " open " + open + " in " + (untilMs - fromMs));
                return new byte[0];
            }
        });
    }

    /** Forgets everything but the store, and reads it back. */
    private void restart() {
        desk = desk();
        stored.forEach(desk::load);
        desk.loaded();
    }

    private void report(String device, Cause cause, String state, boolean late, long nowMs) {
        desk.report(
                new Report(device, "wear", "leeds", state, cause, "critical", late, NOW, NOW, 1, "{".getBytes(UTF_8)),
                nowMs);
        restart();
    }

    private void raise(String device) {
        report(device, Cause.RAISED, "FIRING", false, NOW);
    }

    private void resolve(String device) {
        report(device, Cause.RESOLVED, "RESOLVED", false, NOW);
    }

    private void silence(String id, String device, long from, long until) {
        desk.control(new Control.Silence(id, device, "*", "*", from, until, "ann", ""), NOW);
    }

    private void storms(int count) {
        config = new AlertingConfig(
                Tell.DECISIONS,
                Duration.ofMinutes(5),
                Optional.of(new Rate(count, Duration.ofMinutes(1))),
                List.of("/site"),
                true,
                Duration.ofDays(7));
        desk = desk();
    }

    @Test
    void anAlertIsToldOnceAndItsEndToo() {
        raise("p");
        report("p", Cause.STALE, "STALE", false, NOW);
        report("p", Cause.BACK, "FIRING", false, NOW);
        report("p", Cause.ESCALATED, "FIRING", false, NOW);
        resolve("p");
        raise("p");

        assertThat(sent)
                .containsExactly(
                        "p/wear raised NOTIFY",
                        "p/wear stale known",
                        "p/wear back known",
                        "p/wear escalated NOTIFY",
                        "p/wear resolved NOTIFY",
                        "p/wear raised NOTIFY");
    }

    @Test
    void thePastIsNotToldButSummedUpOnce() {
        report("p", Cause.RAISED, "FIRING", true, NOW);
        report("p", Cause.RESOLVED, "RESOLVED", true, NOW);
        report("q", Cause.RAISED, "FIRING", true, NOW);
        desk.busy(NOW + 30_000);
        desk.tick(NOW + 60_000);
        assertThat(sent).hasSize(3);
        desk.tick(NOW + 90_000);
        desk.tick(NOW + 900_000);
        report("q", Cause.CAUGHT_UP, "FIRING", false, NOW + 900_000);

        assertThat(sent)
                .containsExactly(
                        "p/wear raised late",
                        "p/wear resolved untold",
                        "q/wear raised late",
                        "raised 2 cleared 1 open 1 in 0",
                        "pumps/@@catch-up caught-up summary",
                        "q/wear caught-up NOTIFY");
    }

    @Test
    void whatASilenceKeptQuietIsToldWhenItEndsIfItIsStillOpen() {
        silence("s", "p*", NOW, NOW + 10_000);
        raise("p1");
        raise("p2");
        raise("q");
        resolve("p2");
        desk.tick(NOW + 9_999);
        desk.tick(NOW + 10_000);
        desk.tick(NOW + 11_000);

        assertThat(sent)
                .containsExactly(
                        "p1/wear raised silenced by s",
                        "p2/wear raised silenced by s",
                        "q/wear raised NOTIFY",
                        "p2/wear resolved untold by s",
                        "p1/wear unsilenced NOTIFY");
        assertThat(stored.keySet()).noneMatch(key -> key.startsWith("q/"));
    }

    @Test
    void aSilenceMarksWhatIsOpenAndOneThatBeginsLaterDoesSoThen() {
        raise("p");
        silence("s", "p", NOW + 5_000, NOW + 10_000);
        desk.tick(NOW + 4_000);
        assertThat(sent).hasSize(1);
        desk.tick(NOW + 5_000);
        desk.control(new Control.Unsilence("s"), NOW + 6_000);

        assertThat(sent)
                .containsExactly("p/wear raised NOTIFY", "p/wear silenced silenced by s", "p/wear unsilenced known");
    }

    @Test
    void patternsAreTakenAsTheyAreWritten() {
        silence("s", "a.c*\\E", NOW, NOW + 10_000);
        raise("abc\\E");
        raise("a.c-1\\E");

        assertThat(sent).containsExactly("abc\\E/wear raised NOTIFY", "a.c-1\\E/wear raised silenced by s");
    }

    @Test
    void anAcknowledgedAlertIsToldAgainOnlyWhenItEscalates() {
        raise("p");
        desk.control(new Control.Acknowledge("p/wear", new Notice.Ack("ann", "", NOW)), NOW);
        desk.control(new Control.Acknowledge("q/wear", new Notice.Ack("ann", "", NOW)), NOW);
        restart();
        report("p", Cause.STALE, "STALE", false, NOW);
        report("p", Cause.ESCALATED, "FIRING", false, NOW);
        resolve("p");

        assertThat(sent)
                .containsExactly(
                        "p/wear raised NOTIFY",
                        "p/wear acknowledged acknowledged seen by ann",
                        "p/wear stale acknowledged seen by ann",
                        "p/wear escalated NOTIFY",
                        "p/wear resolved NOTIFY");
    }

    @Test
    void manyAlertsOfOneGroupAreOneStorm() {
        storms(3);
        for (String device : List.of("a", "b", "c", "d")) {
            raise(device);
        }
        desk.tick(NOW + 1_000);
        desk.tick(NOW + 2_000);
        for (String device : List.of("a", "b", "c", "d")) {
            resolve(device);
        }
        desk.tick(NOW + 59_999);
        restart();
        desk.tick(NOW + 60_000);

        String storm = "leeds/@wear";
        assertThat(sent)
                .containsExactly(
                        "a/wear raised NOTIFY",
                        "b/wear raised NOTIFY",
                        "a/wear storm storm in " + storm,
                        "b/wear storm storm in " + storm,
                        "storm of 3, 3 open",
                        storm + " raised NOTIFY",
                        "c/wear raised storm in " + storm,
                        "d/wear raised storm in " + storm,
                        "storm of 4, 4 open",
                        storm + " counted known",
                        "a/wear resolved NOTIFY in " + storm,
                        "b/wear resolved NOTIFY in " + storm,
                        "c/wear resolved untold in " + storm,
                        "d/wear resolved untold in " + storm,
                        "storm of 4, 0 open",
                        storm + " counted known",
                        "storm of 4, 0 over",
                        storm + " resolved NOTIFY");
        desk.tick(NOW + 8 * 24 * 3_600_000L);
        assertThat(sent).last().isEqualTo(storm + " deleted");
    }

    @Test
    void raisesThatAreFarApartAreNoStorm() {
        storms(2);
        report("a", Cause.RAISED, "FIRING", false, NOW);
        report("b", Cause.RAISED, "FIRING", false, NOW + 60_001);

        assertThat(sent).containsExactly("a/wear raised NOTIFY", "b/wear raised NOTIFY");
    }

    @Test
    void aForgottenAlertIsDeleted() {
        raise("p");
        resolve("p");
        report("p", Cause.FORGOTTEN, "RESOLVED", false, NOW);
        report("never", Cause.FORGOTTEN, "RESOLVED", false, NOW);

        assertThat(sent).hasSize(3).last().isEqualTo("p/wear deleted");
        assertThat(stored).isEmpty();
    }

    @Test
    void controlsAreReadFromTheirRecords() {
        Control.Reader reader = new Control.Reader();

        assertThat(reader.read(
                        "silence/x".getBytes(UTF_8),
                        "{\"device\":\"p\\u00e9*\",\"from\":1,\"until\":5,\"author\":\"ann\"}".getBytes(UTF_8),
                        NOW))
                .contains(new Control.Silence("x", "pé*", "*", "*", 1, 5, "ann", ""));
        assertThat(reader.read("silence/x".getBytes(UTF_8), null, NOW)).contains(new Control.Unsilence("x"));
        assertThat(reader.read("ack/a/b/wear".getBytes(UTF_8), "{\"author\":\"ann\"}".getBytes(UTF_8), NOW))
                .contains(new Control.Acknowledge("a/b/wear", new Notice.Ack("ann", "", NOW)));
        assertThat(reader.read("ack/p/wear".getBytes(UTF_8), null, NOW)).contains(new Control.Unacknowledge("p/wear"));
        assertThat(reader.read("silence/x".getBytes(UTF_8), "{}".getBytes(UTF_8), NOW))
                .as("without an end")
                .isEmpty();
        assertThat(reader.read("silence/x".getBytes(UTF_8), "nonsense".getBytes(UTF_8), NOW))
                .isEmpty();
        assertThat(reader.read("other".getBytes(UTF_8), "{}".getBytes(UTF_8), NOW))
                .isEmpty();
        assertThat(reader.read(null, null, NOW)).isEmpty();
    }
}
