package io.millrace.topology.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.Meter;

/**
 * {@code millrace.detect.strictness} by detector: by how much its gate is narrower than configured, to keep its budget;
 * of several tasks, the one that has changed last. Thread-safe.
 */
public final class DetectorGauges {
    private static final AttributeKey<String> DETECTOR = AttributeKey.stringKey("detector");

    private final DoubleGauge strictness;

    public DetectorGauges(Meter meter) {
        strictness = meter.gaugeBuilder("millrace.detect.strictness")
                .setUnit("1")
                .setDescription("By how much a detector's gate is narrower than configured, to keep its budget")
                .build();
    }

    /** The detector's gate has been made narrower by that factor. */
    public void strictness(String detector, double factor) {
        strictness.set(factor, Attributes.of(DETECTOR, detector));
    }
}
