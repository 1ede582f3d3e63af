/** Stage 3: which device an event belongs to. */
@NullMarked
package io.millrace.topology.key;

import org.jspecify.annotations.NullMarked;
