/** Rows of a file instead of records of a topic. */
@NullMarked
package io.millrace.deploy.score;

import org.jspecify.annotations.NullMarked;
