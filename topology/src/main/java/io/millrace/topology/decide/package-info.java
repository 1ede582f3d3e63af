/** Stage 7: per device and rule, a durable alert state machine. */
@NullMarked
package io.millrace.topology.decide;

import org.jspecify.annotations.NullMarked;
