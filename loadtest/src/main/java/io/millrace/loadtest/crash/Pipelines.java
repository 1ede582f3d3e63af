package io.millrace.loadtest.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts instances of what is tested; each has a folder for its local state, which outlives it. */
@FunctionalInterface
interface Pipelines {
    /** The pipeline's and the broker's entry. */
    String MAIN = "io.millrace.deploy.Main";

    /** @param instance the name of its folder */
    Child start(String instance, Path log);

    /** {@code millrace run}. */
    static Pipelines millrace(Path home, Path pipelineFile, String classPath) {
        return (instance, log) -> Child.start(
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
    static Pipelines holdingBack(Path home, Variant variant, String bootstrap) {
        return (instance, log) -> {
            List<String> arguments = new ArrayList<>(List.of(
                    bootstrap,
                    variant.id(),
                    variant.topic("telemetry"),
                    variant.topic("predictions"),
                    home.resolve(instance).toString(),
                    variant.exactlyOnce() ? "exactly_once_v2" : "at_least_once"));
            Timeouts.streams(variant).forEach((key, value) -> arguments.add(key + "=" + value));
            // Even a second thread that takes over a partition at the start would make it lose what it holds.
            arguments.add("num.stream.threads=1");
            return Child.start(
                    "holding back " + instance,
                    log,
                    "-Xmx256m",
                    System.getProperty("java.class.path"),
                    HoldingBack.class.getName(),
                    arguments);
        };
    }
}
