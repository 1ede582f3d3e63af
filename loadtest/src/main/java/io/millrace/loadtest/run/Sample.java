package io.millrace.loadtest.run;

/**
 * Where a run stood at a moment.
 *
 * @param nanos after the start of the load
 * @param sent records acknowledged by Kafka
 * @param seen of which an output has been seen
 * @param pipelineCpuNanos of the pipeline's process so far
 * @param brokerCpuNanos of the broker's, if it is ours
 * @param harnessCpuNanos of this process
 * @param residentBytes of the pipeline's process
 */
record Sample(
        long nanos,
        long sent,
        long seen,
        long pipelineCpuNanos,
        long brokerCpuNanos,
        long harnessCpuNanos,
        long residentBytes) {

    long lag() {
        return Math.max(0, sent - seen);
    }
}
