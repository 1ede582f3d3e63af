package io.millrace.deploy.demo;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One telegram of one pump: all its signals at one moment.
 *
 * @param timeMs event time, epoch milliseconds
 * @param values in each signal's unit; NaN where the sensor says nothing
 */
public record Reading(String device, long timeMs, Map<Signal, Double> values) {
    public double value(Signal signal) {
        return requireNonNull(values.get(signal));
    }

    /** {@code {"deviceId":"pump-017","ts":1764000000123,"flow":83.4,…}}, UTF-8; a silent sensor is {@code null}. */
    public byte[] toJson() {
        StringBuilder json = new StringBuilder(192)
                .append("{\"deviceId\":\"")
                .append(device)
                .append("\",\"ts\":")
                .append(timeMs);
        for (Signal signal : Signal.values()) {
            json.append(",\"").append(signal.field()).append("\":").append(signal.json(value(signal)));
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
}
