/** Finds out what a Kafka cluster can carry, before the first event does. */
@NullMarked
package io.millrace.connectors.doctor;

import org.jspecify.annotations.NullMarked;
