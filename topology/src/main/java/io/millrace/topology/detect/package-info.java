/** Stage 7: scores and fields that nobody has calibrated become surprise, measured against the device's own past. */
@NullMarked
package io.millrace.topology.detect;

import org.jspecify.annotations.NullMarked;
