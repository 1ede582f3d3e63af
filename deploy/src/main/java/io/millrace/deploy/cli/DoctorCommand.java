package io.millrace.deploy.cli;

import io.millrace.connectors.doctor.Doctor;
import io.millrace.connectors.doctor.Examination;
import io.millrace.connectors.doctor.Finding;
import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.deploy.run.PipelineWish;
import io.millrace.topology.config.PipelineConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = "Tells whether a cluster can carry a pipeline, or why not.",
        description = {
            "Looks at addresses, authentication, topics, retention, timestamps, compaction, transactions, time-outs and"
                    + " quotas; and at the Event Hubs and IoT Hubs of sources and sinks. Changes nothing: no topic is made, no record"
                    + " is written, no event is sent.",
            "Exit codes: 0 it fits; 3 it does not; 4 the cluster cannot be looked at."
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "pipeline.yaml", description = "The pipeline that is to run.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--patience",
            paramLabel = "DURATION",
            converter = Durations.class,
            defaultValue = "10s",
            description = "How long each look may take (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Duration patience;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (LoadedPipeline loaded = LoadedPipeline.load(file)) {
            PipelineConfig config = loaded.config();
            List<Finding> edges = PipelineWish.probeEdges(loaded, patience);
            edges.forEach(finding -> out.println(line(finding)));
            boolean well = edges.stream().noneMatch(finding -> finding.level() == Finding.Level.PROBLEM);
            out.flush();
            if (config.kafka().isEmbedded()) {
                out.println(
                        "kafka.bootstrap.servers is not given: the pipeline runs on its embedded broker, which has all"
                                + " that it asks for");
                out.flush();
                return well ? ExitCode.OK : ExitCode.BAD_INPUT;
            }
            Doctor doctor = new Doctor(new HashMap<>(config.kafka().properties()), PipelineWish.of(loaded), patience);
            Examination examination = doctor.examine();
            examination.findings().forEach(finding -> out.println(line(finding)));
            out.println();
            out.println(examination.verdict());
            out.flush();
            if (!examination.reachable()) {
                return ExitCode.UNAVAILABLE;
            }
            return well && examination.isWell() ? ExitCode.OK : ExitCode.BAD_INPUT;
        }
    }

    private static String line(Finding finding) {
        String level =
                switch (finding.level()) {
                    case OK -> "ok      ";
                    case NOTE -> "note    ";
                    case PROBLEM -> "PROBLEM ";
                };
        return level + finding.subject() + ": " + finding.text();
    }
}
