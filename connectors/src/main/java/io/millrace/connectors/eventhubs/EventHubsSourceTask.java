package io.millrace.connectors.eventhubs;

import io.millrace.connectors.delivery.Counts;
import java.util.Map;

/** Reads partitions of an event hub. */
public final class EventHubsSourceTask extends HubSourceTask {
    @Override
    SourceConfig parse(Map<String, String> given) {
        return new SourceConfig(EventHubsSourceConnector.DEFINITION, given);
    }

    @Override
    Records records(SourceConfig config, Counts<SourceCount> metrics, String where) {
        return new Records(config, metrics, where);
    }
}
