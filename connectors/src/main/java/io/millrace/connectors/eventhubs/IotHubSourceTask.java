package io.millrace.connectors.eventhubs;

import io.millrace.connectors.delivery.Counts;
import java.util.Map;

/** Reads partitions of an IoT Hub's built-in endpoint. */
public final class IotHubSourceTask extends HubSourceTask {
    @Override
    SourceConfig parse(Map<String, String> given) {
        return new IotHubConfig(given);
    }

    @Override
    Records records(SourceConfig config, Counts<SourceCount> metrics, String where) {
        return new IotHubRecords((IotHubConfig) config, metrics, where);
    }
}
