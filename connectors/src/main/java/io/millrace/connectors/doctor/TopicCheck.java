package io.millrace.connectors.doctor;

import io.millrace.connectors.broker.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.TopicDescription;

/** Whether a topic that is there suits. */
final class TopicCheck {
    private static final long SHORT_RETENTION_MS = Duration.ofHours(24).toMillis();

    private TopicCheck() {}

    static void look(
            TopicSpec wanted, TopicDescription found, Map<String, String> settings, Wish wish, List<Finding> findings) {
        String subject = "topic " + wanted.name();
        findings.add(Finding.ok(
                subject,
                found.partitions().size() + " partitions" + shown(settings, "cleanup.policy")
                        + shown(settings, "retention.ms") + shown(settings, "message.timestamp.type")));
        boolean mustCompact =
                wanted.settings().getOrDefault("cleanup.policy", "").contains("compact");
        if (mustCompact && !settings.getOrDefault("cleanup.policy", "compact").contains("compact")) {
            findings.add(Finding.problem(
                    subject, "must be compacted: set cleanup.policy=compact, or old entries are lost with time"));
        }
        if ("LogAppendTime".equals(settings.get("message.timestamp.type"))) {
            findings.add(Finding.note(
                    subject,
                    "bears the time of arrival: set message.timestamp.type=CreateTime"
                            + (wanted.name().equals(wish.source()) ? ", or give source.time a field" : "")));
        }
        long retention = number(settings.get("retention.ms"));
        if (wanted.name().equals(wish.source()) && retention > 0 && retention < SHORT_RETENTION_MS) {
            findings.add(Finding.note(
                    subject,
                    "keeps records for " + Duration.ofMillis(retention)
                            + ": a pipeline that is down for longer misses some"));
        }
    }

    private static String shown(Map<String, String> settings, String key) {
        String value = settings.get(key);
        return value == null ? "" : ", " + key + "=" + value;
    }

    private static long number(@org.jspecify.annotations.Nullable String text) {
        return text != null && text.matches("-?\\d{1,18}") ? Long.parseLong(text) : -1;
    }
}
