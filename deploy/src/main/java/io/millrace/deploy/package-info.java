/** The one place that puts Millrace together: command line, wiring, web page. */
@NullMarked
package io.millrace.deploy;

import org.jspecify.annotations.NullMarked;
