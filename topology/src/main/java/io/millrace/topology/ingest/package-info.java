/** Stage 1: bytes and where they came from. */
@NullMarked
package io.millrace.topology.ingest;

import org.jspecify.annotations.NullMarked;
