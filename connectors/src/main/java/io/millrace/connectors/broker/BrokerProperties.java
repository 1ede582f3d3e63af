package io.millrace.connectors.broker;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The properties of the embedded broker: one node, few threads, little memory, short waits. */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CLIENTS = "PLAINTEXT";
    static final String CONTROLLER = "CONTROLLER";

    /** What follows from {@link BrokerOptions} and from there being one node. */
    static final Set<String> RESERVED = Set.of(
            "process.roles",
            "node.id",
            "broker.id",
            "listeners",
            "controller.listener.names",
            "controller.quorum.voters",
            "controller.quorum.bootstrap.servers",
            "log.dir",
            "log.dirs",
            "metadata.log.dir");

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            // One node holds the only copy of everything.
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            // Partitions of internal topics cost files, memory and start-up time.
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            // A misspelt topic is an error, not a new topic.
            Map.entry("auto.create.topics.enable", "false"),
            // A handful of clients on the same machine.
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"),
            Map.entry("background.threads", "2"),
            Map.entry("group.coordinator.threads", "1"),
            Map.entry("group.coordinator.background.threads", "1"),
            Map.entry("log.cleaner.dedupe.buffer.size", "16777216"),
            // Indexes are files of this size, per partition, until their segment is rolled: 10 MiB each by default.
            Map.entry("log.segment.bytes", "134217728"),
            Map.entry("log.index.size.max.bytes", "1048576"),
            Map.entry("metadata.log.segment.bytes", "16777216"),
            // A device whose clock runs ahead is judged by the pipeline; the log must not refuse its record.
            Map.entry("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)),
            // Nobody else will join: do not wait for them.
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.streams.initial.rebalance.delay.ms", "0"),
            Map.entry("controller.quorum.append.linger.ms", "0"),
            Map.entry("metadata.max.idle.interval.ms", "5000"),
            // After a crash the controller refuses the new broker until the old one's session is over: 9 s by default.
            Map.entry("broker.session.timeout.ms", "3000"),
            Map.entry("broker.heartbeat.interval.ms", "500"),
            // A pipeline that was killed is back as soon as its last session and transaction are given up.
            Map.entry("group.min.session.timeout.ms", "1000"),
            Map.entry("group.consumer.min.session.timeout.ms", "1000"),
            Map.entry("group.consumer.session.timeout.ms", "10000"),
            Map.entry("group.consumer.min.heartbeat.interval.ms", "200"),
            Map.entry("group.consumer.heartbeat.interval.ms", "1000"),
            Map.entry("group.streams.min.session.timeout.ms", "1000"),
            Map.entry("group.streams.session.timeout.ms", "10000"),
            Map.entry("group.streams.min.heartbeat.interval.ms", "200"),
            Map.entry("group.streams.heartbeat.interval.ms", "1000"),
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
            // Nobody takes over the partitions. A broker that lets go of them first, as it would for others, can still
            // complete a transaction then, whose markers nobody writes: readers of what is committed wait for ever.
            Map.entry("controlled.shutdown.enable", "false"),
            // A start that hangs becomes an error. Recovering large logs after a crash takes a while.
            Map.entry("server.max.startup.time.ms", "180000"));

    private BrokerProperties() {}

    static Map<String, String> of(BrokerOptions options, int port, int controllerPort) {
        Map<String, String> properties = new HashMap<>(DEFAULTS);
        String controller = "127.0.0.1:" + controllerPort;
        String client = CLIENTS + "://" + options.address(port);
        properties.putAll(options.properties());
        properties.put("listeners", client + "," + CONTROLLER + "://" + controller);
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("controller.listener.names", CONTROLLER);
        properties.put("controller.quorum.voters", NODE_ID + "@" + controller);
        properties.put("log.dirs", options.directory().toString());
        return properties;
    }
}
