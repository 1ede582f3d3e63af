package io.millrace.deploy.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.deploy.page.LiveViewOptions.Topics;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the page shows out of the records of the four topics. What it cannot read is {@link Seen.Unreadable}:
 * the payloads are the users' own, and it is the pipeline's task, not the page's, to judge them.
 */
final class RecordReader {
    static final int MAX_PAYLOAD_BYTES = 1 << 20;
    static final int MAX_TEXT = 300;
    private static final Set<String> OPEN = Set.of("FIRING", "RECOVERING", "STALE", "FLAPPING");
    private static final Seen UNREADABLE = new Seen.Unreadable();

    private final ObjectMapper mapper = new ObjectMapper();
    private final Topics topics;
    private final @Nullable JsonPointer devicePointer;
    private final @Nullable JsonPointer timePointer;
    private final List<JsonPointer> signals;

    RecordReader(LiveViewOptions options) {
        topics = options.topics();
        devicePointer = options.devicePointer().equals(LiveViewOptions.KEY)
                ? null
                : JsonPointer.compile(options.devicePointer());
        String time = options.timePointer();
        timePointer = time == null ? null : JsonPointer.compile(time);
        signals = options.signals().stream().map(JsonPointer::compile).toList();
    }

    /**
     * Reads one record of any of the topics.
     *
     * @param history true if the record was there before the view began to look
     */
    Seen read(ConsumerRecord<byte[], byte[]> record, boolean history) {
        try {
            String topic = record.topic();
            if (topic.equals(topics.deadLetters())) {
                return deadLetter(record);
            }
            if (topic.equals(topics.alerts())) {
                return record.value() == null
                        ? new Seen.AlertGone(text(record.key()))
                        : alert(tree(record.value()), history);
            }
            return topic.equals(topics.predictions())
                    ? prediction(tree(record.value()))
                    : telemetry(record, tree(record.value()));
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            return UNREADABLE;
        }
    }

    private JsonNode tree(byte @Nullable [] value) throws IOException {
        if (value == null || value.length > MAX_PAYLOAD_BYTES) {
            throw new IOException("no payload, or too large a one");
        }
        return mapper.readTree(value);
    }

    private Seen telemetry(ConsumerRecord<byte[], byte[]> record, JsonNode payload) {
        String device = devicePointer == null
                ? text(record.key())
                : payload.at(devicePointer).asText("");
        if (device.isEmpty()) {
            return UNREADABLE;
        }
        double[] values = new double[signals.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode node = payload.at(signals.get(i));
            values[i] = node.isNumber() ? node.doubleValue() : Double.NaN;
        }
        return new Seen.Telemetry(cut(device), time(payload, record.timestamp()), values);
    }

    private long time(JsonNode payload, long otherwise) {
        JsonNode node = timePointer == null ? payload.path("") : payload.at(timePointer);
        if (node.isNumber()) {
            return node.longValue();
        }
        return node.isTextual()
                ? OffsetDateTime.parse(node.textValue()).toInstant().toEpochMilli()
                : otherwise;
    }

    private static Seen prediction(JsonNode value) {
        Map<String, Double> scores = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> score : value.path("scores").properties()) {
            scores.put(cut(score.getKey()), score.getValue().asDouble(Double.NaN));
        }
        JsonNode reason = value.path("reason");
        return new Seen.Prediction(
                required(value, "device"),
                value.path("time").asLong(),
                scores,
                value.path("quality").asText("OK"),
                reason.isTextual() ? cut(reason.textValue()) : null,
                cut(value.path("provider").asText("")));
    }

    private static Seen alert(JsonNode value, boolean history) {
        String version = value.path("version").asText("");
        String model = value.path("model").asText("");
        boolean ofDevice = value.has("device");
        String state = value.path("state").asText("");
        return new Seen.Alert(
                ofDevice ? required(value, "device") : cut(value.path("group").asText("")),
                (ofDevice ? "" : "@") + required(value, "rule"),
                OPEN.contains(state),
                cut(value.path("severity").asText("")),
                value.path("value").asDouble(Double.NaN),
                value.path("since").asLong(),
                value.path("time").asLong(),
                value.path("revision").asLong(),
                cut(version.isEmpty() ? model : model + " " + version),
                history,
                cut(state),
                note(value));
    }

    private static String note(JsonNode alert) {
        if (alert.has("storm")) {
            return "storm of " + alert.at("/storm/count").asLong();
        }
        if (alert.has("summary")) {
            return alert.at("/summary/raised").asLong() + " raised, "
                    + alert.at("/summary/cleared").asLong() + " cleared";
        }
        if (alert.has("acknowledged")) {
            return cut("acknowledged by " + alert.at("/acknowledged/author").asText(""));
        }
        return alert.has("silence")
                ? "silenced"
                : alert.has("parent") ? "in a storm" : alert.path("late").asBoolean() ? "late" : "";
    }

    private static Seen deadLetter(ConsumerRecord<byte[], byte[]> record) {
        String source = header(record, "topic") + "-" + header(record, "partition") + "@" + header(record, "offset");
        return new Seen.DeadLetter(
                record.timestamp(),
                header(record, "stage"),
                header(record, "reason"),
                header(record, "field"),
                header(record, "detail"),
                source,
                cut(text(record.key())));
    }

    private static String required(JsonNode value, String field) {
        String text = value.path(field).asText("");
        if (text.isEmpty()) {
            throw new IllegalArgumentException("no " + field);
        }
        return cut(text);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader("millrace-" + name);
        return header == null ? "" : cut(text(header.value()));
    }

    private static String text(byte @Nullable [] utf8) {
        return utf8 == null ? "" : new String(utf8, UTF_8);
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…";
    }
}
