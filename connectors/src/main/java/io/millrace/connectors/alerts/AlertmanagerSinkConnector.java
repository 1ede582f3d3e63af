package io.millrace.connectors.alerts;

import io.millrace.connectors.delivery.UniformSinkConnector;

/**
 * Keeps Prometheus Alertmanager (API v2) told of open alerts, and tells it of those that are over. It has to read the
 * whole table of alerts: a compacted topic.
 */
public final class AlertmanagerSinkConnector extends UniformSinkConnector {
    public AlertmanagerSinkConnector() {
        super(AlertmanagerConfig.DEFINITION, AlertmanagerSinkTask.class, AlertmanagerConfig::new);
    }
}
