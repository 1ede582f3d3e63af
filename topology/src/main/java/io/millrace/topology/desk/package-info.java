/** Stage 8: of all alerts of a pipeline, which a person is to be told of. */
@NullMarked
package io.millrace.topology.desk;

import org.jspecify.annotations.NullMarked;
