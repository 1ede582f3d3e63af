/** JMH benchmarks of the stages of a pipeline, each over at least 64 k distinct records. */
@NullMarked
package io.millrace.loadtest.jmh;

import org.jspecify.annotations.NullMarked;
