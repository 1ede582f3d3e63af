/** Stage 8: predictions, alerts and dead letters as they stand on the wire. */
@NullMarked
package io.millrace.topology.emit;

import org.jspecify.annotations.NullMarked;
