/**
 * The other ways to do it, for {@code compare}: each short, as a competent user of that system would write it, reading
 * the same topic and writing the same predictions. Each has a {@code main} and runs in a JVM of its own.
 */
@NullMarked
package io.millrace.loadtest.baseline;

import org.jspecify.annotations.NullMarked;
