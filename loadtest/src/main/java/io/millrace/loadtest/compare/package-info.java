/** Contestants drain the same backlog on the same broker, in turn. */
@NullMarked
package io.millrace.loadtest.compare;

import org.jspecify.annotations.NullMarked;
