package io.millrace.loadtest.pipeline;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a pipeline is to do, whoever does it.
 *
 * @param id consumer group and application id: a fresh one starts from the beginning of the source
 * @param exactlyOnce else at least once
 * @param commitMillis between commits
 * @param threads stream threads
 * @param heap as in {@code -Xmx}
 * @param alert a condition to raise alerts by; may be empty
 * @param metricsPort where it serves its Prometheus metrics, if it can; 0 for nowhere
 * @param folder for its configuration, state and log
 * @param kafka further client and Streams settings
 * @param fault what {@link Contestant#FAULTY} does wrong; else empty
 * @param hub what fills the source topic, if it is not the generator
 */
public record Job(
        String id,
        String bootstrapServers,
        String source,
        String predictions,
        String alerts,
        String deadLetters,
        Model model,
        boolean exactlyOnce,
        long commitMillis,
        int threads,
        String heap,
        String alert,
        int metricsPort,
        Path folder,
        Map<String, String> kafka,
        String fault,
        Optional<Hub> hub) {

    /**
     * An event hub.
     *
     * @param connection where its connection string stands, as pipeline.yaml has it
     * @param after what was enqueued until then is left alone; empty for nothing
     */
    public record Hub(String connection, Optional<Instant> after) {}

    /** Stands for {@code metricsPort} in a command. */
    public static final String METRICS = "METRICS";

    /** The same job for another instance, with a folder of its own. */
    public Job in(Path other, int otherMetricsPort) {
        return new Job(
                id,
                bootstrapServers,
                source,
                predictions,
                alerts,
                deadLetters,
                model,
                exactlyOnce,
                commitMillis,
                threads,
                heap,
                alert,
                otherMetricsPort,
                other,
                kafka,
                fault,
                hub);
    }
}
