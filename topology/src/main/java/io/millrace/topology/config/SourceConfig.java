package io.millrace.topology.config;

import java.util.Optional;

/**
 * Where telemetry comes from and how a record is read; {@code source} in the file.
 *
 * @param topic the topic that is read
 * @param format the payload's format
 * @param device JSON pointer of the device id, or {@code header:NAME} of the header that has it; empty: the record's key
 * @param time JSON pointer of the event time; empty: the record's timestamp
 * @param repartition whether the topic is not partitioned by device, so that one that is must be made
 * @param maxBytes payloads with more bytes become dead letters
 * @param maxDepth payloads nested deeper become dead letters
 */
public record SourceConfig(
        String topic,
        Format format,
        Optional<String> device,
        Optional<String> time,
        boolean repartition,
        int maxBytes,
        int maxDepth) {
    private static final String HEADER = "header:";

    /** A field, or a header. */
    static final Rule<String> DEVICE = text -> {
        try {
            return text.startsWith(HEADER)
                    ? HEADER + Rules.LABEL.read(text.substring(HEADER.length()))
                    : Rules.POINTER.read(text);
        } catch (Violation e) {
            throw new Violation("must be a JSON pointer such as /temperature, or header:NAME");
        }
    };

    static final IntRange MAX_BYTES = new IntRange(1, 1 << 30);
    static final IntRange MAX_DEPTH = new IntRange(1, 1000);

    /** How a payload is written. */
    public enum Format {
        JSON
    }

    public SourceConfig {
        Rules.TOPIC.check("topic", topic);
        device.ifPresent(where -> {
            try {
                DEVICE.read(where);
            } catch (Violation e) {
                throw new Violation(e.rule() + ", got: " + where, "device");
            }
        });
        time.ifPresent(pointer -> Rules.POINTER.check("time", pointer));
        MAX_BYTES.check("max-bytes", maxBytes);
        MAX_DEPTH.check("max-depth", maxDepth);
    }

    /** JSON pointer of the device id, if a field has it. */
    public Optional<String> deviceField() {
        return device.filter(where -> !where.startsWith(HEADER));
    }

    /** The name of the header that has the device id, if one does. */
    public Optional<String> deviceHeader() {
        return device.filter(where -> where.startsWith(HEADER)).map(where -> where.substring(HEADER.length()));
    }
}
