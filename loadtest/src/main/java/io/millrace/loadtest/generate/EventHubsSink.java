package io.millrace.loadtest.generate;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import java.util.ArrayList;
import java.util.List;

/**
 * Event Hubs through AMQP, with a connection of its own. Every device has one partition and keeps its order there. An
 * event is its body alone: an event that is sent to a partition may have no key, so its device is in the body.
 *
 * <p>Event Hubs does not tell where it has put an event: the journal is told the device and its sequence number instead.
 */
final class EventHubsSink implements Sink {

    private final EventHubProducerAsyncClient producer;
    private final Journal journal;
    private final List<PartitionLane> lanes = new ArrayList<>();

    /** Connects to every partition. Closes the producer with itself. */
    EventHubsSink(EventHubProducerAsyncClient producer, List<String> partitions, Journal journal) {
        this.producer = producer;
        this.journal = journal;
        try {
            partitions.forEach(partition -> lanes.add(new PartitionLane(producer, partition, journal)));
        } catch (RuntimeException e) {
            producer.close();
            throw e;
        }
    }

    @Override
    public void send(
            byte[] key, byte[] value, long epochMillis, int device, int sequence, long intendedNanos, boolean bad) {
        PartitionLane lane = lanes.get((device == PROBE ? sequence : device) % lanes.size());
        try {
            lane.send(new EventData(value.clone()), new PartitionLane.Entry(device, sequence, intendedNanos, bad));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            journal.failed(e);
        } catch (RuntimeException e) { // whatever Azure's client throws: the run goes on, and is invalid
            journal.failed(e);
        }
    }

    @Override
    public void close() {
        try (producer) {
            for (PartitionLane lane : lanes) {
                lane.finish();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the run is over
        }
    }
}
