/** Kills pipelines, brokers and sessions at random moments, and proves that nothing was lost, doubled or miscounted. */
@NullMarked
package io.millrace.loadtest.crash;

import org.jspecify.annotations.NullMarked;
