/** The open-loop generator: which device sends what, and when it is handed to Kafka. */
@NullMarked
package io.millrace.loadtest.generate;

import org.jspecify.annotations.NullMarked;
