package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.amqp.Binary;
import org.jspecify.annotations.Nullable;

/**
 * AMQP values as header values: text, so that any consumer can read them. Numbers are decimal, truth values {@code true}
 * and {@code false}, times ISO 8601 in UTC; bytes go through as they are; lists, maps and arrays become JSON.
 */
final class AmqpText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AmqpText() {}

    static byte[] bytes(Object value) {
        if (value instanceof byte[] raw) {
            return raw;
        }
        if (value instanceof Binary binary) {
            byte[] raw = new byte[binary.getLength()];
            System.arraycopy(binary.getArray(), binary.getArrayOffset(), raw, 0, raw.length);
            return raw;
        }
        Object plain = plain(value);
        if (plain instanceof Map || plain instanceof List) {
            try {
                return JSON.writeValueAsBytes(plain);
            } catch (JsonProcessingException e) {
                return String.valueOf(plain).getBytes(UTF_8);
            }
        }
        return String.valueOf(plain).getBytes(UTF_8);
    }

    /** A header's value as an application property: what was text on its way becomes a string again. */
    static @Nullable Object property(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            String text = text(bytes);
            return text == null ? new Binary(bytes) : text;
        }
        if (value == null
                || value instanceof Boolean
                || value instanceof Byte
                || value instanceof Short
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Float
                || value instanceof Double
                || value instanceof Date) {
            return value;
        }
        return new String(bytes(value), UTF_8);
    }

    /** Bytes as text; null if they are not UTF-8. */
    static @Nullable String text(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** What JSON knows: text, numbers, truth values, lists and maps of them. */
    @SuppressWarnings("JavaUtilDate") // proton-j's type of an AMQP timestamp
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Date date) {
            return date.toInstant().toString();
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant().toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, each) -> plain.put(String.valueOf(key), plain(each)));
            return plain;
        }
        if (value instanceof Iterable<?> list) {
            List<@Nullable Object> plain = new ArrayList<>();
            list.forEach(each -> plain.add(plain(each)));
            return plain;
        }
        if (value != null && value.getClass().isArray() && !(value instanceof byte[])) {
            List<@Nullable Object> plain = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                plain.add(plain(Array.get(value, i)));
            }
            return plain;
        }
        // Unsigned numbers are objects of proton-j's; their text is the number.
        return value == null
                        || value instanceof Boolean
                        || value instanceof Integer
                        || value instanceof Long
                        || value instanceof Double
                        || value instanceof Float
                ? value
                : value.toString();
    }
}
