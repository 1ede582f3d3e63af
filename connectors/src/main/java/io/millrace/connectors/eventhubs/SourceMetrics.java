package io.millrace.connectors.eventhubs;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.jspecify.annotations.Nullable;

/** What a task counts. Kafka Connect shows it among its own metrics. Thread-safe. */
final class SourceMetrics {
    /** A counter, named as shown. */
    enum Count {
        EVENTS("events that became records"),
        DUPLICATES("events that came again and were dropped"),
        LOST("events that the hub no longer had"),
        DEAD_LETTERS("events that could not become records"),
        SUBSCRIPTIONS("times that a partition was subscribed"),
        STALLS("times that a partition had fallen silent with events waiting"),
        STOLEN("times that another reader took a partition");

        private final String text;

        Count(String text) {
            this.text = text;
        }
    }

    private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);

    SourceMetrics(@Nullable PluginMetrics metrics) {
        for (Count count : Count.values()) {
            LongAdder adder = new LongAdder();
            counts.put(count, adder);
            if (metrics != null) {
                String name = count.name().toLowerCase(Locale.ROOT).replace('_', '-');
                MetricName metric = metrics.metricName(name, count.text, new LinkedHashMap<>());
                metrics.addMetric(metric, (Gauge<Long>) (config, now) -> adder.sum());
            }
        }
    }

    void add(Count count, long number) {
        adder(count).add(number);
    }

    long get(Count count) {
        return adder(count).sum();
    }

    private LongAdder adder(Count count) {
        return java.util.Objects.requireNonNull(counts.get(count));
    }
}
