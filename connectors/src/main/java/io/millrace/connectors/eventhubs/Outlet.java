package io.millrace.connectors.eventhubs;

import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * A client that sends to a hub.
 *
 * @param partitions the ids of the hub's partitions, as it last told of them; none where nobody needs them
 */
record Outlet(EventHubProducerAsyncClient client, Mono<List<String>> partitions) {
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1); // a hub may be given more

    static Outlet open(EventHubsSinkConfig config) {
        EventHubProducerAsyncClient client = HubAddress.of(config).openProducer(config);
        return new Outlet(
                client,
                config.hashes()
                        ? client.getPartitionIds()
                                .collectList()
                                .cache(ids -> KNOWN_FOR, error -> Duration.ZERO, () -> Duration.ZERO)
                        : Mono.just(List.of()));
    }
}
