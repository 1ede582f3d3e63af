package io.millrace.topology.twin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.topology.config.TwinValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is read of each twin, compiled: properties, and what rules ask of them. Immutable and thread-safe. */
public final class TwinPlan {
    private static final byte[] NO_PROPERTIES = "{}".getBytes(US_ASCII);

    private final Map<String, JsonPointer> pointers = new LinkedHashMap<>();
    private final List<TwinValue> values;
    private final Twin unknown;

    /**
     * @param properties JSON pointers by name
     * @param values what rules ask, in the order of a twin's values
     */
    public TwinPlan(Map<String, String> properties, List<TwinValue> values) {
        properties.forEach((name, pointer) -> pointers.put(name, JsonPointer.compile(pointer)));
        this.values = List.copyOf(values);
        double[] none = new double[values.size()];
        Arrays.fill(none, Double.NaN);
        unknown = new Twin(none, NO_PROPERTIES);
    }

    /** The twin of a device that has none. */
    public Twin unknown() {
        return unknown;
    }

    /** @param document as {@link TwinDocument} gives it; {@code null}: there is none */
    public Twin read(byte @Nullable [] document) {
        if (document == null) {
            return unknown;
        }
        JsonNode root = TwinDocument.parse(document);
        ObjectNode found = JsonNodeFactory.instance.objectNode();
        pointers.forEach((name, pointer) -> {
            JsonNode value = root.at(pointer);
            if (value.isValueNode() && !value.isNull()) {
                found.set(name, value);
            }
        });
        double[] numbers = values.stream()
                .mapToDouble(value -> number(value, found.get(value.property())))
                .toArray();
        return new Twin(numbers, TwinDocument.write(found));
    }

    private static double number(TwinValue asked, @Nullable JsonNode value) {
        if (value == null) {
            return Double.NaN;
        }
        String text = asked.text();
        if (text != null) {
            return text.equals(value.asText()) ? 1 : 0;
        }
        return value.isBoolean() ? (value.booleanValue() ? 1 : 0) : value.isNumber() ? value.doubleValue() : Double.NaN;
    }
}
