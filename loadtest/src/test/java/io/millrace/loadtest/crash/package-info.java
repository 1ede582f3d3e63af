/** Tests of the crash proof: of its reference and its verifier, and a short run of the whole where one is asked for. */
@NullMarked
package io.millrace.loadtest.crash;

import org.jspecify.annotations.NullMarked;
