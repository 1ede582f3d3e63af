package io.millrace.topology.config;

import java.util.Optional;

/**
 * Where telemetry comes from and how a record is read; {@code source} in the file.
 *
 * @param topic the topic that is read
 * @param format the payload's format
 * @param device JSON pointer of the device id; empty: the record's key
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
    static final IntRange MAX_BYTES = new IntRange(1, 1 << 30);
    static final IntRange MAX_DEPTH = new IntRange(1, 1000);

    /** How a payload is written. */
    public enum Format {
        JSON
    }

    public SourceConfig {
        Rules.TOPIC.check("topic", topic);
        device.ifPresent(pointer -> Rules.POINTER.check("device", pointer));
        time.ifPresent(pointer -> Rules.POINTER.check("time", pointer));
        MAX_BYTES.check("max-bytes", maxBytes);
        MAX_DEPTH.check("max-depth", maxDepth);
    }
}
