package io.millrace.loadtest;

import io.millrace.loadtest.generate.Load;
import io.millrace.loadtest.report.Texts;
import io.millrace.loadtest.verify.Ledger;
import io.millrace.loadtest.verify.Outputs;
import io.millrace.loadtest.verify.TopicVerifier;
import io.millrace.loadtest.verify.Verdict;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Accounts for the records of topics as they lie. */
@Command(
        name = "verify",
        description = "Accounts for every record of a source topic in the topics written from it, whoever wrote them.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    private static final int FAULTY = 4;

    @Option(names = "--bootstrap-servers", required = true, paramLabel = "HOST:PORT")
    private String bootstrapServers = "";

    @Option(names = "--source-topic", defaultValue = "telemetry", description = "What was read.")
    private String source = "";

    @Option(names = "--predictions", defaultValue = "predictions", description = "What was written.")
    private String predictions = "";

    @Option(names = "--dead-letters", description = "Where rejected records went, if anywhere.")
    private @Nullable String deadLetters;

    @Option(
            names = "--sequence",
            paramLabel = "POINTER",
            description = "Match by record key and the number at this JSON pointer, such as /seq,"
                    + " instead of by the source coordinates in predictions.")
    private @Nullable String sequence;

    @Option(names = "--first-sequence", description = "Each device's first number (default: the generator's).")
    private long first = Load.FIRST_SEQUENCE;

    @Option(names = "--allow-duplicates", description = "As at-least-once does.")
    private boolean duplicatesAllowed;

    @Override
    public Integer call() {
        Map<String, String> client = Map.of("bootstrap.servers", bootstrapServers);
        TopicVerifier verifier = sequence == null
                ? TopicVerifier.byCoordinates(client)
                : TopicVerifier.bySequence(client, sequence, first);
        Ledger ledger = verifier.verify(source, new Outputs(predictions, deadLetters, null));
        Verdict verdict = ledger.verdict();
        Histogram latency = new Histogram(3);
        ledger.forEachLatency(
                Long.MIN_VALUE, Long.MAX_VALUE, (intended, nanos) -> latency.recordValue(Math.max(0, nanos)));
        System.out.println(Texts.account(verdict));
        System.out.println("from record timestamp to output timestamp: " + Texts.latency(latency));
        List<String> faults = verdict.faults(duplicatesAllowed);
        System.out.println(faults.isEmpty() ? "VERIFIED" : "FAULTY: " + String.join(", ", faults));
        verdict.examples().forEach(example -> System.out.println("  " + example));
        return faults.isEmpty() ? 0 : FAULTY;
    }
}
