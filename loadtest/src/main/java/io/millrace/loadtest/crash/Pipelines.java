package io.millrace.loadtest.crash;

import io.millrace.loadtest.crash.CrashOptions.GroupProtocol;
import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.process.Jvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts instances of what is tested; each has a folder for its local state, which outlives it. */
@FunctionalInterface
interface Pipelines {
    /** The pipeline's and the broker's entry. */
    String MAIN = "io.millrace.deploy.Main";

    /** @param instance the name of its folder */
    ChildProcess start(String instance, Path log);

    /** {@code millrace run}. */
    static Pipelines millrace(Path home, Path pipelineFile, String classPath) {
        return (instance, log) -> start(
                "pipeline " + instance,
                log,
                "-Xmx384m",
                classPath,
                MAIN,
                List.of(
                        "run",
                        pipelineFile.toString(),
                        "--data",
                        home.resolve(instance).toString(),
                        "--verbose"));
    }

    /** {@link HoldingBack}, on this process's own class path. */
    static Pipelines holdingBack(Path home, Variant variant, String bootstrap, GroupProtocol protocol) {
        return (instance, log) -> {
            List<String> arguments = new ArrayList<>(List.of(
                    bootstrap,
                    variant.id(),
                    variant.topic("telemetry"),
                    variant.topic("predictions"),
                    home.resolve(instance).toString(),
                    variant.exactlyOnce() ? "exactly_once_v2" : "at_least_once"));
            Timeouts.streams(variant, protocol).forEach((key, value) -> arguments.add(key + "=" + value));
            // Even a second thread that takes over a partition at the start would make it lose what it holds.
            arguments.add("num.stream.threads=1");
            return start(
                    "holding back " + instance,
                    log,
                    "-Xmx256m",
                    System.getProperty("java.class.path"),
                    HoldingBack.class.getName(),
                    arguments);
        };
    }

    /** The broker, with time-outs made short. */
    static Broker broker(Path home, CrashOptions options) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("broker"));
        Timeouts.broker(options.protocol())
                .forEach((key, value) -> arguments.addAll(List.of("--property", key + "=" + value)));
        return Broker.start(Jvm.command(flags("-Xmx512m"), options.classPath(), MAIN, arguments), Map.of(), home);
    }

    private static ChildProcess start(
            String name, Path log, String heap, String classPath, String main, List<String> arguments) {
        return ChildProcess.start(name, Jvm.command(flags(heap), classPath, main, arguments), Map.of(), log);
    }

    private static List<String> flags(String heap) {
        return List.of(heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"); // many short lives
    }
}
