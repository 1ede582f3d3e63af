/** The embedded single-node broker, and the topics that a pipeline needs on any broker. */
@NullMarked
package io.millrace.connectors.broker;

import org.jspecify.annotations.NullMarked;
