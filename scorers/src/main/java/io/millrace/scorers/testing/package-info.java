/** A scorer without a model, for the tests of those who use one. */
@NullMarked
package io.millrace.scorers.testing;

import org.jspecify.annotations.NullMarked;
