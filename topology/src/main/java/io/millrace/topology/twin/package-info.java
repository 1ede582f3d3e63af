/** Beside the stages' data: the twins of devices, merged from what is told of them, and what rules and alerts read of them. */
@NullMarked
package io.millrace.topology.twin;

import org.jspecify.annotations.NullMarked;
