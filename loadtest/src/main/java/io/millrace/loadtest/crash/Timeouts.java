package io.millrace.loadtest.crash;

import io.millrace.loadtest.crash.CrashOptions.GroupProtocol;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The time-outs that a restart waits for, made short: with Kafka's own, most of a run would be waiting. They change
 * when things happen, not what happens.
 */
final class Timeouts {
    /** After so long without a heartbeat the broker gives a member's partitions to others. */
    static final int SESSION_MS = 4_000;

    private static final int HEARTBEAT_MS = 1_000;
    private static final int TRANSACTION_MS = 6_000;

    private Timeouts() {}

    static Map<String, String> broker(GroupProtocol protocol) {
        Map<String, String> properties = new LinkedHashMap<>();
        if (protocol == GroupProtocol.STREAMS) { // which has these at the broker
            properties.put("group.streams.min.session.timeout.ms", "1000");
            properties.put("group.streams.session.timeout.ms", Integer.toString(SESSION_MS));
            properties.put("group.streams.min.heartbeat.interval.ms", "500");
            properties.put("group.streams.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MS));
            properties.put("group.streams.initial.rebalance.delay.ms", "0");
            properties.put("group.streams.num.standby.replicas", "1");
        }
        properties.put("group.min.session.timeout.ms", "1000"); // or it refuses ours
        properties.put("group.initial.rebalance.delay.ms", "0"); // nobody else will join
        // A broker that its controller takes for dead while it is frozen leads nothing when it thaws, and Kafka 4.3.1
        // then completes transactions without their markers: see docs/crash-proof.md.
        properties.put("broker.session.timeout.ms", "12000");
        // A transaction that its owner left open is looked for so often, not every 10 s.
        properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
        return properties;
    }

    /** The lines of a pipeline's kafka section. */
    static String pipeline(Variant variant, GroupProtocol protocol) {
        return streams(variant, protocol).entrySet().stream()
                .map(entry -> "  " + entry.getKey() + ": " + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** Properties of Kafka Streams. */
    static Map<String, Object> streams(Variant variant, GroupProtocol protocol) {
        Map<String, Object> properties = new LinkedHashMap<>();
        if (protocol == GroupProtocol.STREAMS) {
            properties.put("group.protocol", "streams");
        } else {
            properties.put("session.timeout.ms", SESSION_MS); // a killed instance's partitions move after this
            properties.put("heartbeat.interval.ms", HEARTBEAT_MS); // a third of that or less
            properties.put("num.standby.replicas", variant.kind() == Variant.Kind.STATELESS ? 0 : 1);
            // A second instance gets partitions at once, and not when a standby has caught up.
            properties.put("acceptable.recovery.lag", 100_000_000);
        }
        properties.put("producer.transaction.timeout.ms", TRANSACTION_MS); // read_committed waits so long behind a kill
        properties.put("producer.request.timeout.ms", 3_000); // records never expire: see docs/crash-proof.md
        properties.put("num.stream.threads", 2); // partitions move between threads too
        // At least once replays what came since the last commit: 30 s of it, left as it is.
        properties.put("commit.interval.ms", variant.exactlyOnce() ? 100 : 1_000);
        return properties;
    }
}
