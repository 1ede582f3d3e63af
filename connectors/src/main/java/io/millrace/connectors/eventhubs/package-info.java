/** Sources for Event Hubs and IoT Hub, over AMQP. */
@NullMarked
package io.millrace.connectors.eventhubs;

import org.jspecify.annotations.NullMarked;
