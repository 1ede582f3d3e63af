package io.millrace.connectors.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * What sinks need to know of an alert's record. Whatever else stands in it is handed on as it is.
 *
 * @param key {@code device/rule}: the alert that the record is about
 * @param json the record's value
 */
public record Alert(String key, JsonNode json) {
    private static final ObjectReader READER = new ObjectMapper().readerFor(JsonNode.class);

    /**
     * Reads a record of an alerts topic, or nothing where its value is empty: the alert was forgotten.
     *
     * @throws DataException if the value is not a JSON object
     */
    public static Optional<Alert> read(SinkRecord record) {
        byte[] value = bytes(record.value());
        if (value == null) {
            return Optional.empty();
        }
        try {
            JsonNode json = READER.readTree(value);
            if (json != null && json.isObject()) {
                byte[] key = bytes(record.key());
                return Optional.of(
                        new Alert(key == null ? "" : new String(key, java.nio.charset.StandardCharsets.UTF_8), json));
            }
        } catch (IOException e) {
            throw new DataException("an alert must be a JSON object, got: " + e.getMessage(), e);
        }
        throw new DataException("an alert must be a JSON object, got: another JSON value");
    }

    /** What the converter that was configured made of a key or a value, as bytes. */
    public static byte @Nullable [] bytes(@Nullable Object value) {
        if (value == null || value instanceof byte[]) {
            return (byte[]) value;
        }
        if (value instanceof String text) {
            return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        throw new DataException("a record must have bytes or text, got: "
                + value.getClass().getSimpleName() + "; set key.converter and value.converter to"
                + " org.apache.kafka.connect.converters.ByteArrayConverter");
    }

    /** A member as text; empty if it is not there. */
    public String text(String member) {
        return json.path(member).asText("");
    }

    /** Whether a person is to be told. The pipeline has decided; a record that says nothing is to be told. */
    public boolean notifies() {
        return json.path("notify").asBoolean(true);
    }

    /** Whether the alert is over, or was never told of. */
    boolean isOver() {
        return switch (text("state")) {
            case "RESOLVED", "PENDING", "QUIET" -> true;
            default -> false;
        };
    }
}
