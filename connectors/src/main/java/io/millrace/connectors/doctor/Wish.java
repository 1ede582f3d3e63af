package io.millrace.connectors.doctor;

import io.millrace.connectors.broker.TopicSpec;
import java.util.List;

/**
 * What a pipeline asks of a cluster.
 *
 * @param source the topic that it reads
 * @param topics what it reads and writes under names of its own
 * @param internal how many further topics Kafka Streams makes for it: changelogs and repartition topics
 * @param compacted how many of all these have to be compacted
 * @param transactions whether it needs transactions: exactly once
 * @param streamsProtocol whether it joins its group by the streams rebalance protocol (KIP-1071)
 */
public record Wish(
        String source,
        List<TopicSpec> topics,
        int internal,
        int compacted,
        boolean transactions,
        boolean streamsProtocol) {
    public Wish {
        topics = List.copyOf(topics);
    }
}
