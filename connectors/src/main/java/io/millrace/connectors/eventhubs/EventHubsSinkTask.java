package io.millrace.connectors.eventhubs;

import io.millrace.connectors.delivery.Answer;
import io.millrace.connectors.delivery.BatchDeliveringTask;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends what Kafka Connect hands in, and returns when the hub has it. A hub that refuses this client is the fault of no
 * record: the task ends.
 */
public final class EventHubsSinkTask extends BatchDeliveringTask {
    private static final int HOPELESS = 8; // refusals in a row that trying again does not cure

    private @Nullable EventHubsSinkConfig config;
    private @Nullable Outlet outlet;
    private int refusals;

    @Override
    public void start(Map<String, String> values) {
        EventHubsSinkConfig read = new EventHubsSinkConfig(values);
        begin(read.patience());
        config = read;
    }

    @Override
    protected List<Answer> deliver(List<SinkRecord> records) throws InterruptedException {
        EventHubsSinkConfig chosen = Objects.requireNonNull(config, "the task has not been started");
        Outlet open = outlet == null ? Outlet.open(chosen) : outlet;
        outlet = open;
        Shipment shipment = new Shipment(open, chosen, records);
        List<Answer> answers = shipment.send();
        Trouble trouble = shipment.trouble();
        if (trouble != null && trouble.kind() != Trouble.Kind.BUSY) {
            // What the SDK still has in its queue would be sent after all, and after what is sent now.
            giveUp();
        }
        refusals = trouble != null && trouble.kind() == Trouble.Kind.REFUSED ? refusals + 1 : 0;
        if (trouble != null && refusals >= HOPELESS) {
            throw new ConnectException("event hub " + HubAddress.of(chosen) + " cannot be written to: " + trouble.text()
                    + ". A policy or role that may send is needed");
        }
        return answers;
    }

    /** Closing waits for a connection that may answer nothing. */
    private void giveUp() {
        Outlet last = outlet;
        outlet = null;
        if (last != null) {
            Thread thread = new Thread(last.client()::close, "millrace-eventhubs-close");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public void stop() {
        super.stop();
        giveUp();
    }
}
