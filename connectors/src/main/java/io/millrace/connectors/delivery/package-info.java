/** What connectors have in common: sinks deliver records one by one, try again, and keep what nobody took. */
@NullMarked
package io.millrace.connectors.delivery;

import org.jspecify.annotations.NullMarked;
