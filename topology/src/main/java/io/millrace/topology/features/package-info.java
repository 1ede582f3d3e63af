/** Stage 4: an event, with its device's past, becomes a row of numbers, or is found insufficient. */
@NullMarked
package io.millrace.topology.features;

import org.jspecify.annotations.NullMarked;
