/** Stage 2: bytes become an event with its wanted fields, or are rejected with a reason. */
@NullMarked
package io.millrace.topology.decode;

import org.jspecify.annotations.NullMarked;
