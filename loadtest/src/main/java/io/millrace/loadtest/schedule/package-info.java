/** When each record is meant to be sent: rates over time, and arrivals drawn from them. */
@NullMarked
package io.millrace.loadtest.schedule;

import org.jspecify.annotations.NullMarked;
