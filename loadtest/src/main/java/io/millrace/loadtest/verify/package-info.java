/** Accounts for every record: what was sent, what came out, how often, in what order, and how long it took. */
@NullMarked
package io.millrace.loadtest.verify;

import org.jspecify.annotations.NullMarked;
