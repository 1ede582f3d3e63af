package io.millrace.deploy.run;

import io.millrace.connectors.delivery.Counts.Counted;
import io.millrace.connectors.delivery.DeliveryCount;
import io.millrace.connectors.eventhubs.SourceCount;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** Shows what the connectors of this process count among the pipeline's metrics. Kafka Connect keeps it, and shows it by JMX. */
final class ConnectorMeters {
    private static final String BEANS = "kafka.connect:type=plugins,*";
    private static final String MILLISECONDS = "-ms";

    private ConnectorMeters() {}

    /** Makes the meters; they are read whenever somebody asks. */
    static void make(Meter meter) {
        Stream.<Counted>concat(Stream.of(SourceCount.values()), Stream.of(DeliveryCount.values()))
                .forEach(count -> make(meter, count));
    }

    private static void make(Meter meter, Counted count) {
        boolean time = count.shown().endsWith(MILLISECONDS);
        String name = time ? count.shown().replace(MILLISECONDS, "-time") : count.shown();
        meter.counterBuilder("millrace.connector." + name.replace('-', '.'))
                .ofDoubles()
                .setDescription(time ? count.text().replace("milliseconds", "time") : count.text())
                .setUnit(time ? "s" : "")
                .buildWithCallback(reading -> read(count.shown(), time ? 1e-3 : 1, reading));
    }

    private static void read(String name, double unit, ObservableDoubleMeasurement reading) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            for (ObjectName bean : server.queryNames(new ObjectName(BEANS), null)) {
                if (value(server, bean, name) instanceof Number number) {
                    reading.record(
                            number.doubleValue() * unit,
                            Attributes.builder()
                                    .put("connector", bean.getKeyProperty("connector"))
                                    .put("task", bean.getKeyProperty("task"))
                                    .build());
                }
            }
        } catch (JMException e) {
            throw new IllegalStateException("the name is a pattern, and sound", e);
        }
    }

    /** What a task counts under a name; nothing if it does not, or has just ended. */
    private static @Nullable Object value(MBeanServer server, ObjectName bean, String name) throws JMException {
        try {
            return server.getAttribute(bean, name);
        } catch (AttributeNotFoundException | InstanceNotFoundException e) {
            return null;
        }
    }
}
