package io.millrace.topology.twin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A twin as JSON, without its {@code $metadata}, which is most of it. A change is a merge patch (RFC 7396), as Azure IoT
 * Hub tells it: a member that is {@code null} is removed. Where both have a {@code version}, a change that is not newer is
 * in the twin already.
 */
public final class TwinDocument {
    /** The largest that is kept; IoT Hub's own limits come to 72 KiB. */
    public static final int MAX_BYTES = 256 << 10;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String METADATA = "$metadata";
    private static final String VERSION = "version";
    private static final String PROPERTIES = "properties";

    private TwinDocument() {}

    /**
     * What is kept of what was sent: the same object without metadata.
     *
     * @return {@code null} if it is no JSON object
     */
    public static byte @Nullable [] trim(byte[] sent) {
        try {
            return JSON.readTree(sent) instanceof ObjectNode twin ? write(trimmed(twin)) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * The twin after a change.
     *
     * @param twin {@code null}: none is known yet, and the change is all that there is
     * @param change trimmed
     * @param replaces whether {@code tags}, and each kind of {@code properties}, are new as a whole where the change has them
     */
    public static byte[] changed(byte @Nullable [] twin, byte[] change, boolean replaces) {
        ObjectNode before = twin == null ? JSON.createObjectNode() : parse(twin);
        ObjectNode news = parse(change);
        if (before.path(VERSION).canConvertToLong()
                && news.path(VERSION).canConvertToLong()
                && news.path(VERSION).asLong() <= before.path(VERSION).asLong()) {
            return twin == null ? change : twin;
        }
        if (replaces) {
            makeRoom(before, news);
        }
        merge(before, news);
        return write(before);
    }

    private static void makeRoom(ObjectNode before, ObjectNode news) {
        for (Map.Entry<String, JsonNode> member : news.properties()) {
            if (member.getKey().equals(PROPERTIES)
                    && before.get(PROPERTIES) instanceof ObjectNode properties
                    && member.getValue() instanceof ObjectNode kinds) {
                kinds.fieldNames().forEachRemaining(properties::remove);
            } else {
                before.remove(member.getKey());
            }
        }
    }

    private static void merge(ObjectNode into, ObjectNode change) {
        for (Map.Entry<String, JsonNode> member : change.properties()) {
            String name = member.getKey();
            if (member.getValue().isNull()) {
                into.remove(name);
            } else if (member.getValue() instanceof ObjectNode inner) {
                merge(into.get(name) instanceof ObjectNode known ? known : into.putObject(name), inner);
            } else {
                into.set(name, member.getValue());
            }
        }
    }

    private static JsonNode trimmed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(METADATA);
        }
        for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
            trimmed(children.next());
        }
        return node;
    }

    static ObjectNode parse(byte[] document) {
        try {
            return (ObjectNode) JSON.readTree(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // which trim() has ruled out
        }
    }

    static byte[] write(JsonNode document) {
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
