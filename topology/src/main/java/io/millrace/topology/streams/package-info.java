/** The Kafka Streams graph that carries the stages: the only package that names Kafka Streams. */
@NullMarked
package io.millrace.topology.streams;

import org.jspecify.annotations.NullMarked;
