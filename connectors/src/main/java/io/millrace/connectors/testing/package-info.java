/**
 * Event Hubs and IoT Hub for tests: an AMQP 1.0 server that behaves as they do, and misbehaves on request. Nothing that
 * serves a pipeline may use it.
 */
@NullMarked
package io.millrace.connectors.testing;

import org.jspecify.annotations.NullMarked;
