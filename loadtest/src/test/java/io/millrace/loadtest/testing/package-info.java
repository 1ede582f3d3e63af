/** What the tests share: a real broker, and a clock that they move themselves. */
@NullMarked
package io.millrace.loadtest.testing;

import org.jspecify.annotations.NullMarked;
