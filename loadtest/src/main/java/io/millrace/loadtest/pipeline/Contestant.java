package io.millrace.loadtest.pipeline;

import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.process.Home;
import io.millrace.loadtest.process.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Who can do a {@link Job}. All run with the same heap and flags, in a JVM of their own. */
public enum Contestant {
    /** This product. */
    MILLRACE(""),
    /** Kafka Streams that copies bytes: what any Streams application costs at least. */
    PASS_THROUGH("PassThrough"),
    /** Kafka Streams that parses each record into a tree and runs the model for it alone. */
    NAIVE("NaiveStreams"),
    /** A consumer and a producer without Streams, one run of the model for each poll. */
    PLAIN("PlainConsumer"),
    /** Apache Flink in one process, one run of the model for each bundle; in a Maven profile of its own. */
    FLINK("FlinkJob"),
    /** {@link #PASS_THROUGH} with planted faults: what the harness must find. */
    FAULTY("Faulty");

    private static final String BASELINES = "io.millrace.loadtest.baseline.";

    private final String main;

    Contestant(String main) {
        this.main = main;
    }

    public static Contestant named(String name) {
        return Arrays.stream(values())
                .filter(contestant -> contestant.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a contestant must be one of "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(Contestant::label).toList()) + ", got: "
                        + name));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it has something like a device's past. */
    public boolean carries(Model model) {
        return (this != PLAIN && this != FLINK) || model.past() == Model.Past.NONE;
    }

    /** Whether its predictions name their source's coordinates; else it copies the input, sequence number and all. */
    public boolean namesItsSource() {
        return this != PASS_THROUGH && this != FAULTY;
    }

    /** Throws if it has yet to be built. */
    public void requireBuilt() {
        if (this == FLINK && !Files.isDirectory(flinkLibraries())) {
            throw new IllegalArgumentException(
                    "flink must be built before it can take part: put MILLRACE_MAVEN_OPTS=-Pflink"
                            + " before deploy/millrace, once; found no " + flinkLibraries());
        }
    }

    /** Beside the launcher, since they are on nobody's class path. */
    private static Path flinkLibraries() {
        return Home.launcher()
                .toAbsolutePath()
                .resolveSibling("../loadtest/flink/target/lib")
                .normalize();
    }

    /**
     * Starts it.
     *
     * @param command words to start Millrace with, {@code PIPELINE} standing for the file and {@link Job#METRICS} for the
     *     port of this instance's metrics; empty for the launcher
     */
    public ChildProcess start(Job job, String command) throws IOException {
        requireBuilt();
        Files.createDirectories(job.folder());
        List<String> flags = flags(job);
        List<String> words =
                switch (this) {
                    case MILLRACE -> millrace(command, PipelineFile.write(job), job.metricsPort());
                    case PASS_THROUGH, NAIVE, PLAIN, FAULTY -> java(flags, System.getProperty("java.class.path"), job);
                    case FLINK -> java(withFlinks(flags), flinkLibraries() + "/*", job);
                };
        Map<String, String> environment = Map.of(Home.JAVA_OPTIONS, String.join(" ", flags));
        return ChildProcess.start(label(), words, environment, job.folder().resolve("output.log"));
    }

    /** With a stack that suffices: ONNX Runtime 1.29 crashes when it is first used on one of 1 MB. */
    private static List<String> flags(Job job) {
        return List.of("-Xms" + job.heap(), "-Xmx" + job.heap(), "-Xss4m", "-XX:+UseSerialGC");
    }

    /** With what Flink's own scripts open of Java to it. */
    private static List<String> withFlinks(List<String> flags) {
        return Stream.concat(
                        flags.stream(),
                        Stream.of("java.lang", "java.util")
                                .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED"))
                .toList();
    }

    private static List<String> millrace(String command, Path pipeline, int metricsPort) {
        if (command.isBlank()) {
            List<String> words = new ArrayList<>(List.of(Home.launcher().toString(), "run", pipeline.toString()));
            if (metricsPort > 0) {
                words.addAll(List.of("--metrics", String.valueOf(metricsPort)));
            }
            return words;
        }
        return Arrays.stream(command.strip().split("\\s+"))
                .map(word ->
                        word.replace("PIPELINE", pipeline.toString()).replace(Job.METRICS, String.valueOf(metricsPort)))
                .toList();
    }

    private List<String> java(List<String> flags, String classPath, Job job) throws IOException {
        List<String> words = new ArrayList<>();
        words.add("id=" + job.id());
        words.add("bootstrap=" + job.bootstrapServers());
        words.add("source=" + job.source());
        words.add("predictions=" + job.predictions());
        words.add("dead-letters=" + job.deadLetters());
        words.add("model=" + job.model().extract(job.folder()));
        words.add("model-name=" + job.model().label());
        words.add("sha256=" + job.model().sha256());
        words.add("features=" + job.model().features());
        words.add("layout=" + job.model().layout());
        words.add("past=" + job.model().past());
        words.add("exactly-once=" + job.exactlyOnce());
        words.add("commit-ms=" + job.commitMillis());
        words.add("threads=" + job.threads());
        words.add("fault=" + job.fault());
        words.add("state=" + job.folder().resolve("state"));
        job.kafka().forEach((key, value) -> words.add("kafka." + key + "=" + value));
        return Jvm.command(flags, classPath, BASELINES + main, words);
    }
}
