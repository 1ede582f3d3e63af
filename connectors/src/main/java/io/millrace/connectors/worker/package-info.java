/** Kafka Connect inside this process: the worker that runs a pipeline's connectors. */
@NullMarked
package io.millrace.connectors.worker;

import org.jspecify.annotations.NullMarked;
