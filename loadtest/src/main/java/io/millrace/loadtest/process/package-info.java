/** Child processes: starting them, ending them, and what they cost. */
@NullMarked
package io.millrace.loadtest.process;

import org.jspecify.annotations.NullMarked;
