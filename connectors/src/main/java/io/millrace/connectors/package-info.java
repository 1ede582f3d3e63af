/** The edges of Kafka: what brings events into a cluster, and the broker for those who have none. */
@NullMarked
package io.millrace.connectors;

import org.jspecify.annotations.NullMarked;
