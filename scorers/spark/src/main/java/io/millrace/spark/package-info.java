/** An example: the scorer of the pipeline, inside a Spark job. */
@NullMarked
package io.millrace.spark;

import org.jspecify.annotations.NullMarked;
