package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.emit.OutRecord.Attribute;
import java.util.List;

/**
 * CloudEvents attributes as record headers (Kafka protocol binding 1.0, binary content mode). All but the id
 * are the same for every record of a kind, and shared.
 */
public final class CloudEvents {
    private final Attribute specVersion = attribute("ce_specversion", "1.0");
    private final Attribute contentType = attribute("content-type", "application/json");
    private final Attribute source;
    private final Attribute type;

    private CloudEvents(String pipeline, String type) {
        this.source = attribute("ce_source", "/millrace/" + pipeline);
        this.type = attribute("ce_type", type);
    }

    /** Of a pipeline's predictions. */
    public static CloudEvents predictions(String pipeline) {
        return new CloudEvents(pipeline, "io.millrace.prediction.v1");
    }

    /** Of a pipeline's alerts. */
    static CloudEvents alerts(String pipeline) {
        return new CloudEvents(pipeline, "io.millrace.alert.v1");
    }

    /** The attributes of one event; {@code id} is unique within the pipeline and the type. */
    List<Attribute> attributes(byte[] id) {
        return List.of(specVersion, type, source, new Attribute("ce_id", id), contentType);
    }

    static Attribute attribute(String name, String value) {
        return new Attribute(name, value.getBytes(UTF_8));
    }
}
