package io.millrace.connectors.eventhubs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** What both sources can be told. What only IoT Hub's can: {@link IotHubConfig}. */
class SourceConfig extends HubConfig {
    static final String TOPIC = "topic";
    static final String GROUP = "eventhubs.consumer.group";
    static final String START = "eventhubs.start";
    static final String ON_LOSS = "eventhubs.on.loss";
    static final String DEAD_LETTERS = "eventhubs.dead.letters.topic";
    static final String OWNER_LEVEL = "eventhubs.owner.level";
    static final String PARTITIONING = "eventhubs.partitioning";
    static final String HEADERS = "eventhubs.headers";
    static final String PREFETCH = "eventhubs.prefetch";
    static final String BATCH = "eventhubs.batch";
    static final String MAX_BYTES = "eventhubs.max.bytes";
    static final String BACKOFF = "eventhubs.backoff.ms";
    static final String BACKOFF_MAX = "eventhubs.backoff.max.ms";
    static final String STALL = "eventhubs.stall.ms";
    static final String TIMEOUT = "eventhubs.timeout.ms";
    static final String DISCOVERY = "eventhubs.discovery.ms";

    /** Given by the connector to its tasks; nobody else sets it. */
    static final String TASK_PARTITIONS = "eventhubs.task.partitions";

    private static final long LONGEST_MS = 3_600_000;

    static ConfigDef definition(String partitioning) {
        ConfigDef definition = address(new ConfigDef());
        group(definition);
        content(definition, partitioning);
        behaviour(definition);
        return definition;
    }

    private static void group(ConfigDef definition) {
        definition
                .define(
                        GROUP,
                        ConfigDef.Type.STRING,
                        "$Default",
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "Consumer group.")
                .define(
                        TASK_PARTITIONS,
                        ConfigDef.Type.LIST,
                        "",
                        Importance.LOW,
                        "Set by the connector for its tasks.");
    }

    private static void content(ConfigDef definition, String partitioning) {
        definition
                .define(
                        TOPIC,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "Where events go.")
                .define(
                        DEAD_LETTERS,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.HIGH,
                        "Where events go that cannot become records, and markers of lost ones. Without it, they end the task.")
                .define(
                        PARTITIONING,
                        ConfigDef.Type.STRING,
                        partitioning,
                        ValidString.in("same", "key"),
                        Importance.MEDIUM,
                        "same: the partition's own number, which the topic must have; key: by the record's key.")
                .define(
                        HEADERS,
                        ConfigDef.Type.STRING,
                        "all",
                        ValidString.in("all", "system", "none"),
                        Importance.MEDIUM,
                        "system leaves out the sender's application properties.")
                .define(
                        MAX_BYTES,
                        ConfigDef.Type.INT,
                        950_000,
                        Range.between(1, Integer.MAX_VALUE),
                        Importance.MEDIUM,
                        "A body of more bytes is a dead letter. Below the producer's max.request.size.")
                .define(
                        START,
                        ConfigDef.Type.STRING,
                        "earliest",
                        checked((key, text) -> StartAt.parse(key, text), "earliest, latest, a time, sequence:NUMBER"),
                        Importance.MEDIUM,
                        "Where a partition is begun that was never read.")
                .define(
                        ON_LOSS,
                        ConfigDef.Type.STRING,
                        "fail",
                        ValidString.in("fail", "continue"),
                        Importance.HIGH,
                        "What to do when the hub has dropped events before they were read: end the task, or go on with a marker"
                                + " among the dead letters.");
    }

    private static void behaviour(ConfigDef definition) {
        definition
                .define(
                        OWNER_LEVEL,
                        ConfigDef.Type.LONG,
                        0L,
                        Range.atLeast(-1),
                        Importance.MEDIUM,
                        "Shuts out readers of a lower level or none; -1 shuts nobody out.")
                .define(
                        PREFETCH,
                        ConfigDef.Type.INT,
                        500,
                        Range.between(1, 8_000),
                        Importance.MEDIUM,
                        "Events of a partition that are asked for ahead. Up to twice as many are held.")
                .define(
                        BATCH,
                        ConfigDef.Type.INT,
                        4_000,
                        Range.between(1, 100_000),
                        Importance.LOW,
                        "Records that Kafka Connect is given at once, at most.")
                .define(
                        BACKOFF,
                        ConfigDef.Type.LONG,
                        200L,
                        Range.between(1, LONGEST_MS),
                        Importance.LOW,
                        "The pause before a partition is subscribed again; doubled each time.")
                .define(
                        BACKOFF_MAX,
                        ConfigDef.Type.LONG,
                        30_000L,
                        Range.between(1, LONGEST_MS),
                        Importance.LOW,
                        "The longest such pause.")
                .define(
                        STALL,
                        ConfigDef.Type.LONG,
                        10_000L,
                        Range.between(100, LONGEST_MS),
                        Importance.LOW,
                        "After so long without an event the hub is asked whether there are any.")
                .define(
                        TIMEOUT,
                        ConfigDef.Type.LONG,
                        5_000L,
                        Range.between(100, 300_000),
                        Importance.LOW,
                        "How long the hub may take to answer.")
                .define(
                        DISCOVERY,
                        ConfigDef.Type.LONG,
                        60_000L,
                        Range.between(100, LONGEST_MS),
                        Importance.LOW,
                        "How often the hub is asked for new partitions.");
    }

    SourceConfig(ConfigDef definition, Map<String, String> values) {
        super(definition, values);
    }

    String topic() {
        return getString(TOPIC);
    }

    Optional<String> deadLetters() {
        return Optional.ofNullable(getString(DEAD_LETTERS)).filter(topic -> !topic.isBlank());
    }

    String group() {
        return getString(GROUP);
    }

    StartAt start() {
        return StartAt.parse(START, getString(START));
    }

    boolean continuesAfterLoss() {
        return getString(ON_LOSS).equals("continue");
    }

    boolean samePartition() {
        return getString(PARTITIONING).equals("same");
    }

    boolean hasHeaders() {
        return !getString(HEADERS).equals("none");
    }

    boolean hasApplicationHeaders() {
        return getString(HEADERS).equals("all");
    }

    Optional<Long> ownerLevel() {
        return Optional.of(getLong(OWNER_LEVEL)).filter(level -> level >= 0);
    }

    Duration duration(String key) {
        return Duration.ofMillis(getLong(key));
    }

    List<String> taskPartitions() {
        return getList(TASK_PARTITIONS);
    }

    @Override
    Duration timeout() {
        return duration(TIMEOUT);
    }

    @Override
    Map<String, String> contradictions() {
        Map<String, String> wrong = super.contradictions();
        contradictionsOfBehaviour(wrong);
        return wrong;
    }

    final void contradictionsOfBehaviour(Map<String, String> wrong) {
        if (getLong(BACKOFF) > getLong(BACKOFF_MAX)) {
            wrong.put(BACKOFF, "must not be longer than " + BACKOFF_MAX + ", got: " + getLong(BACKOFF));
        }
        if (continuesAfterLoss() && deadLetters().isEmpty()) {
            wrong.put(ON_LOSS, "must be fail where there is no " + DEAD_LETTERS + " for a marker of what is lost");
        }
    }
}
