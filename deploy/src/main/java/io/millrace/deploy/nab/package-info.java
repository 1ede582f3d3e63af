/** The detectors over the Numenta Anomaly Benchmark's files, and the benchmark's own scoring. */
@NullMarked
package io.millrace.deploy.nab;

import org.jspecify.annotations.NullMarked;
