package io.millrace.connectors.eventhubs;

import java.util.Map;

/** Reads partitions of an event hub. */
public final class EventHubsSourceTask extends HubSourceTask {
    @Override
    SourceConfig parse(Map<String, String> given) {
        return new SourceConfig(EventHubsSourceConnector.DEFINITION, given);
    }

    @Override
    Records records(SourceConfig config, SourceMetrics metrics, String where) {
        return new Records(config, metrics, where);
    }
}
