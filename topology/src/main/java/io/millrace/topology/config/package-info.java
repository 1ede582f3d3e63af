/** The records of {@code pipeline.yaml}, and the reader that reports all problems at once. */
@NullMarked
package io.millrace.topology.config;

import org.jspecify.annotations.NullMarked;
