/** What is measured: Millrace or a baseline, as a child process between two topics. */
@NullMarked
package io.millrace.loadtest.pipeline;

import org.jspecify.annotations.NullMarked;
