/** One loaded run of a pipeline from its start to its verdict, and the search for the rate that it sustains. */
@NullMarked
package io.millrace.loadtest.run;

import org.jspecify.annotations.NullMarked;
