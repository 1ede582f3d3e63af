package io.millrace.connectors.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OpenAlertsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TopicPartition ONE = new TopicPartition("alerts", 1);
    private static final TopicPartition TWO = new TopicPartition("alerts", 2);

    private final OpenAlerts alerts = new OpenAlerts(Map.of(), Duration.ofMinutes(1));

    private static Alert alert(String state, String severity, boolean notify) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("device", "d")
                .put("rule", "r")
                .put("state", state)
                .put("severity", severity)
                .put("notify", notify);
        json.put("since", NOW.minusSeconds(60).toEpochMilli()).put("time", NOW.toEpochMilli());
        return new Alert("d/r", json);
    }

    private List<String> send(Instant now) {
        List<OpenAlerts.Post> due = alerts.due(now, 100);
        alerts.sent(due, now);
        return due.stream()
                .map(post -> post.json().at("/labels/severity").asText() + " until "
                        + post.json().path("endsAt").asText())
                .toList();
    }

    @Test
    void anOpenAlertIsSentAgainUntilItIsOver() {
        alerts.update(ONE, alert("FIRING", "warning", true), NOW);

        assertThat(send(NOW)).containsExactly("warning until 2026-01-01T00:04:00Z");
        assertThat(send(NOW.plusSeconds(59))).isEmpty();
        assertThat(send(NOW.plusSeconds(60))).containsExactly("warning until 2026-01-01T00:05:00Z");

        alerts.update(ONE, alert("RESOLVED", "warning", false), NOW.plusSeconds(90));
        assertThat(send(NOW.plusSeconds(90))).containsExactly("warning until 2026-01-01T00:00:00Z");
        assertThat(send(NOW.plusSeconds(600))).isEmpty();
    }

    @Test
    void anotherSeverityEndsTheFormerAlert() {
        alerts.update(ONE, alert("FIRING", "warning", true), NOW);
        send(NOW);
        alerts.update(ONE, alert("FIRING", "critical", true), NOW.plusSeconds(1));

        assertThat(send(NOW.plusSeconds(1)))
                .containsExactly("warning until 2026-01-01T00:00:00Z", "critical until 2026-01-01T00:04:01Z");

        alerts.update(ONE, alert("FIRING", "warning", true), NOW.plusSeconds(2));
        assertThat(send(NOW.plusSeconds(2)))
                .containsExactly("critical until 2026-01-01T00:00:00Z", "warning until 2026-01-01T00:04:02Z");
    }

    @Test
    void whatNobodyIsToBeToldOfIsNeverOpened() {
        alerts.update(ONE, alert("FIRING", "warning", false), NOW);
        alerts.update(ONE, alert("RESOLVED", "warning", true), NOW);

        assertThat(send(NOW)).isEmpty();
    }

    @Test
    void anAlertThatIsOpenAlreadyStaysSoWhenALaterRevisionIsSilent() {
        alerts.update(ONE, alert("FIRING", "warning", true), NOW);
        alerts.update(ONE, alert("STALE", "warning", false), NOW);

        assertThat(send(NOW)).containsExactly("warning until 2026-01-01T00:04:00Z");
    }

    @Test
    void aLostPartitionsAlertsAreForgottenAndNotEnded() {
        alerts.update(ONE, alert("FIRING", "warning", true), NOW);
        alerts.forget(TWO);
        assertThat(alerts.size()).isEqualTo(1);

        alerts.forget(ONE);
        assertThat(send(NOW)).isEmpty();
    }
}
