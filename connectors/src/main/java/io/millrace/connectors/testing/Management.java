package io.millrace.connectors.testing;

import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What {@code $management} tells of hubs and partitions, in the types that clients insist on. */
final class Management implements RequestNode.Handler {
    private final Namespace namespace;
    private final Authority authority;

    Management(Namespace namespace, Authority authority) {
        this.namespace = namespace;
        this.authority = authority;
    }

    @Override
    public RequestNode.Answer answer(Map<String, Object> properties, @Nullable Object body) {
        try {
            authority.check(properties.get("security_token"), String.valueOf(properties.get("name")));
        } catch (Tokens.Refused refused) {
            return RequestNode.Answer.of(
                    new AmqpError(AmqpError.UNAUTHORIZED, String.valueOf(refused.getMessage())), 401);
        }
        if (!"READ".equals(properties.get("operation"))) {
            return RequestNode.Answer.of(501, "Only READ is known here");
        }
        try {
            Hub hub = namespace.hub(String.valueOf(properties.get("name")));
            if (hub.isBusy(namespace.now())) {
                return RequestNode.Answer.of(AmqpError.busy(hub.name()), 503);
            }
            Map<String, Object> found =
                    switch (String.valueOf(properties.get("type"))) {
                        case "com.microsoft:eventhub" -> describe(hub);
                        case "com.microsoft:partition" -> describe(hub, String.valueOf(properties.get("partition")));
                        default -> throw new AmqpError(AmqpError.NOT_ALLOWED, "unknown type of entity");
                    };
            return new RequestNode.Answer(200, "OK", null, found);
        } catch (AmqpError error) {
            return RequestNode.Answer.of(error, 404);
        }
    }

    private static Map<String, Object> describe(Hub hub) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("name", hub.name());
        found.put("type", "com.microsoft:eventhub");
        found.put("created_at", Date.from(hub.created()));
        found.put("partition_count", hub.partitionCount());
        found.put(
                "partition_ids",
                IntStream.range(0, hub.partitionCount())
                        .mapToObj(Integer::toString)
                        .toArray(String[]::new));
        return found;
    }

    private static Map<String, Object> describe(Hub hub, String id) throws AmqpError {
        PartitionLog partition = hub.partition(id);
        if (partition == null) {
            throw new AmqpError(AmqpError.NOT_FOUND, "The partition '" + id + "' could not be found");
        }
        PartitionLog.State state = partition.state();
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("name", hub.name());
        found.put("type", "com.microsoft:partition");
        found.put("partition", id);
        found.put("begin_sequence_number", state.begin());
        found.put("last_enqueued_sequence_number", state.last());
        found.put("last_enqueued_offset", Long.toString(state.lastOffset()));
        found.put("last_enqueued_time_utc", Date.from(Instant.ofEpochMilli(state.lastEnqueuedMs())));
        found.put("is_partition_empty", state.isEmpty());
        return found;
    }
}
