package io.millrace.connectors.delivery;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.jspecify.annotations.Nullable;

/**
 * What a task counts. Kafka Connect shows it among its own metrics, by JMX as {@code kafka.connect:type=plugins} with the
 * connector and the task. Thread-safe.
 *
 * @param <C> the counters
 */
public final class Counts<C extends Enum<C> & Counts.Counted> {
    /** A counter: a constant of an enum. */
    public interface Counted {
        /** The constant's name. */
        String name();

        /** What is counted, for a person. */
        String text();

        /** How it is called where it is shown: {@code dead-letters}. */
        default String shown() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Map<C, LongAdder> counts = new HashMap<>();

    private Counts(C[] all, @Nullable PluginMetrics metrics) {
        for (C count : all) {
            LongAdder adder = new LongAdder();
            counts.put(count, adder);
            if (metrics != null) {
                metrics.addMetric(metrics.metricName(count.shown(), count.text(), new LinkedHashMap<>()), (Gauge<Long>)
                        (config, now) -> adder.sum());
            }
        }
    }

    /** A sink's. */
    public static <C extends Enum<C> & Counted> Counts<C> of(C[] all, SinkTaskContext context) {
        try {
            return new Counts<>(all, context.pluginMetrics());
        } catch (LinkageError e) { // Kafka Connect before 4.1 has no place for them
            return unseen(all);
        }
    }

    /** A source's. */
    public static <C extends Enum<C> & Counted> Counts<C> of(C[] all, SourceTaskContext context) {
        try {
            return new Counts<>(all, context.pluginMetrics());
        } catch (LinkageError e) {
            return unseen(all);
        }
    }

    /** Shown nowhere. */
    public static <C extends Enum<C> & Counted> Counts<C> unseen(C[] all) {
        return new Counts<>(all, null);
    }

    public void add(C count, long number) {
        Objects.requireNonNull(counts.get(count)).add(number);
    }
}
