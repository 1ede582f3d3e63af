package io.millrace.deploy.cli;

import io.millrace.deploy.run.Cluster;
import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.deploy.run.MetricsEndpoint;
import io.millrace.deploy.run.PipelineView;
import io.millrace.deploy.run.RunningConnectors;
import io.millrace.deploy.run.RunningPipeline;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        header = "Runs a pipeline until it is stopped.",
        description =
                "On the cluster that its kafka section names, or on an embedded broker whose data survives a restart where"
                        + " it names none. Missing topics are made. Start more of it, on other machines, to share the work.")
final class RunCommand implements Callable<Integer> {
    private static final Duration TICK = Duration.ofMillis(250);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "pipeline.yaml", description = "The pipeline to run.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "millrace-data",
            description = "Where the embedded broker and the local state keep their data, in a folder for each"
                    + " pipeline (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path data;

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            converter = Addresses.class,
            description = "Serve the live page and /health there; on this machine only, unless a host is named.")
    private @Nullable InetSocketAddress http;

    @Option(
            names = "--metrics",
            paramLabel = "[HOST:]PORT",
            converter = Addresses.class,
            description = "Serve /metrics for Prometheus there.")
    private @Nullable InetSocketAddress metrics;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Durations.class,
            description = "End by itself after this time, such as 90s or 2h.")
    private @Nullable Duration limit;

    @Override
    public Integer call() throws Exception {
        long deadline = limit == null ? Long.MAX_VALUE : System.currentTimeMillis() + limit.toMillis();
        PrintWriter out = spec.commandLine().getOut();
        try (StopSignal stop = new StopSignal();
                LoadedPipeline loaded = LoadedPipeline.load(file)) {
            Path home = data.resolve(loaded.config().pipeline());
            Path state = loaded.config().state().dir().orElse(home.resolve("state"));
            try (MetricsEndpoint meters = MetricsEndpoint.at(metrics);
                    Cluster cluster = Cluster.of(loaded.config().kafka(), home.resolve("broker"));
                    RunningPipeline running = RunningPipeline.start(loaded, cluster, state, meters.meter());
                    RunningConnectors connectors = RunningConnectors.start(loaded.config(), cluster);
                    PipelineView view = PipelineView.open(http, loaded.config(), cluster, running)) {
                out.println("pipeline " + loaded.config().pipeline());
                PipelineDescription.of(loaded).forEach(line -> out.println("  " + line));
                out.println("  brokers   " + cluster);
                running.remarks().forEach(remark -> out.println("  note: " + remark));
                connectors.status().forEach(connector -> out.println("  connector " + connector.name()));
                view.url().ifPresent(url -> out.println("  page      " + url));
                out.println("stop with Ctrl-C");
                out.flush();
                follow(
                        running,
                        stop,
                        deadline,
                        new StatusLine(spec.commandLine().getErr()));
            }
        }
        return ExitCode.OK;
    }

    private static void follow(RunningPipeline running, StopSignal stop, long deadline, StatusLine status)
            throws Exception {
        while (!stop.isAsked() && System.currentTimeMillis() < deadline) {
            if (running.awaitEnd(TICK)) {
                Throwable cause = running.failure().orElse(null);
                throw new IllegalStateException(
                        "the pipeline has stopped: " + (cause == null ? "it was told to" : cause.getMessage()), cause);
            }
            status.show(running.progress());
        }
        status.end(running.progress());
    }
}
