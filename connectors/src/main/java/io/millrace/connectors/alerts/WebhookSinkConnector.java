package io.millrace.connectors.alerts;

import io.millrace.connectors.delivery.UniformSinkConnector;

/**
 * Posts records to a web server as CloudEvents (HTTP protocol binding 1.0, binary mode), in the order of each
 * partition. One that the receiver does not take in time becomes a dead letter.
 */
public final class WebhookSinkConnector extends UniformSinkConnector {
    public WebhookSinkConnector() {
        super(WebhookConfig.DEFINITION, WebhookSinkTask.class, WebhookConfig::new);
    }
}
