/** Stage 6: batches become outcomes, by the {@code Scorer} port. */
@NullMarked
package io.millrace.topology.score;

import org.jspecify.annotations.NullMarked;
