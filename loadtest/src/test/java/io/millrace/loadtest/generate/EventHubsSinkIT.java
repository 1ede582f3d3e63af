package io.millrace.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of events when things go wrong: the journal hears of each, once. */
@Timeout(180)
class EventHubsSinkIT {

    private static final String HUB = "telemetry";
    private static final int EVENTS = 2000;

    private final Counting journal = new Counting();

    private static final class Counting implements Journal {
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();

        @Override
        public void sent(int partition, long offset, int device, int sequence, long intended, boolean malformed) {
            sent.incrementAndGet();
        }

        @Override
        public void failed(Exception cause) {
            failed.incrementAndGet();
        }
    }

    @Test
    void aHubThatIsLostMidwayEndsNothingButItsEvents() throws IOException {
        EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, 2)));
        try (EventHubsSink sink = sink(peer, "0", "1")) {
            send(sink, 0, EVENTS / 2, 100);
            peer.close();
            send(sink, EVENTS / 2, EVENTS, 100);
        }

        assertThat(journal.failed.get()).isGreaterThanOrEqualTo(EVENTS / 2);
        assertThat(journal.sent.get() + journal.failed.get()).isEqualTo(EVENTS);
    }

    @Test
    void anEventThatIsTooLargeFailsAlone() throws IOException {
        try (EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, 1)))) {
            try (EventHubsSink sink = sink(peer, "0")) {
                send(sink, 0, 10, 100);
                send(sink, 10, 11, 2_000_000);
                send(sink, 11, 20, 100);
            }

            assertThat(journal.failed.get()).isEqualTo(1);
            assertThat(journal.sent.get()).isEqualTo(19);
            assertThat(peer.events(HUB, 0, 0)).hasSize(19);
        }
    }

    private static void send(EventHubsSink sink, int from, int to, int bytes) {
        for (int i = from; i < to; i++) {
            sink.send(new byte[0], new byte[bytes], 0, i % 10, i / 10, 0, false);
        }
    }

    private EventHubsSink sink(EventHubsPeer peer, String... partitions) {
        return new EventHubsSink(
                new EventHubClientBuilder()
                        .connectionString(peer.connectionString(), HUB)
                        .retryOptions(new AmqpRetryOptions().setMaxRetries(0).setTryTimeout(Duration.ofSeconds(1)))
                        .buildAsyncProducerClient(),
                List.of(partitions),
                journal);
    }
}
