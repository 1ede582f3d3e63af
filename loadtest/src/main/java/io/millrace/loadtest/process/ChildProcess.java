package io.millrace.loadtest.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program in a process of its own, its output in a file. It ends with this JVM at the latest.
 *
 * <p>Signals and costs go to the started process and all that it started: a launcher script counts as its program.
 */
public final class ChildProcess implements AutoCloseable {

    private static final Duration ORDERLY = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread hook;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.hook = new Thread(this::destroy);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts a program.
     *
     * @param name for messages
     * @param environment added to this process's own
     * @param log takes standard output and standard error
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " must start: " + e.getMessage(), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** The ids of the process and its descendants. */
    public Stream<Long> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The file of its output. */
    public Path log() {
        return log;
    }

    /** Throws if the process has ended, with the end of its output. */
    public void check() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    name + " must keep running, but ended with status " + process.exitValue() + ":\n" + tail());
        }
    }

    /** Waits for a line of output with this beginning, and returns the rest of it. */
    public String awaitLine(String beginning, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<String> line =
                    lines().filter(text -> text.startsWith(beginning)).findFirst();
            if (line.isPresent()) {
                return line.get().substring(beginning.length()).strip();
            }
            check();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " must print " + beginning + " within " + limit.toSeconds()
                        + " s; its output ends:\n" + tail());
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
    }

    /** Asks the process to end, and kills it if it does not within 20 s. */
    @Override
    public void close() {
        List<ProcessHandle> all = all();
        try {
            askToEnd(all);
            process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then there is no time for grace
        }
        all.forEach(ProcessHandle::destroyForcibly);
        unhook();
    }

    /** A process that is paused would hear of it only once it is resumed. */
    private void askToEnd(List<ProcessHandle> all) throws InterruptedException {
        all.forEach(ProcessHandle::destroy);
        resume();
    }

    private void unhook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This JVM is ending: the hook has done its work or is about to, harmlessly.
        }
    }

    /** Kills it at once, so that not even a shutdown hook runs, and waits until it is gone. */
    public void kill() throws InterruptedException {
        destroy();
        process.waitFor();
        unhook();
    }

    private void destroy() {
        all().forEach(ProcessHandle::destroyForcibly);
    }

    /** Asks the process to end, and waits; throws if it takes more than 60 s. */
    public void stop() throws InterruptedException {
        askToEnd(all());
        if (!process.waitFor(ORDERLY.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException(
                    name + " must end within " + ORDERLY.toSeconds() + " s when asked to, did not: " + log);
        }
        unhook();
    }

    /** Stops the process where it stands, until {@link #resume}. */
    public void pause() throws InterruptedException {
        signal("STOP");
    }

    public void resume() throws InterruptedException {
        signal("CONT");
    }

    /** Lets a Java virtual machine print into its output what its threads are doing. */
    public void dumpThreads() throws InterruptedException {
        signal("QUIT");
        TimeUnit.SECONDS.sleep(1);
    }

    private void signal(String signal) throws InterruptedException {
        List<String> command = Stream.concat(Stream.of("kill", "-" + signal), pids().map(String::valueOf))
                .toList();
        try {
            new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<ProcessHandle> all() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
    }

    private Stream<String> lines() {
        try {
            return Files.readString(log).lines();
        } catch (IOException e) {
            throw new UncheckedIOException("the output of " + name + " must be readable: " + e.getMessage(), e);
        }
    }

    /** The end of its output. */
    public String tail() {
        List<String> lines = lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    @Override
    public String toString() {
        return name;
    }
}
