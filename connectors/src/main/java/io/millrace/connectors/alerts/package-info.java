/** Alerts on their way out of Kafka: to webhooks and to Prometheus Alertmanager. Kafka Connect sinks. */
@NullMarked
package io.millrace.connectors.alerts;

import org.jspecify.annotations.NullMarked;
