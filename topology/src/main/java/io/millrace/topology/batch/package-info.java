/** Stage 5: rows of many devices in one native buffer. */
@NullMarked
package io.millrace.topology.batch;

import org.jspecify.annotations.NullMarked;
