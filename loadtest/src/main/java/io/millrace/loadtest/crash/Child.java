package io.millrace.loadtest.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java virtual machine of its own, started directly and not through a shell script, so that a signal hits what it
 * is meant for. Its output goes to a file.
 */
final class Child {
    private static final int STOP_SECONDS = 60;

    private final String name;
    private final Process process;
    private final Path log;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts {@code java -cp classPath mainClass arguments}. */
    static Child start(String name, Path log, String heap, String classPath, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:TieredStopAtLevel=1", // many short lives
                "-XX:+UseSerialGC"));
        if (Runtime.version().feature() >= 24) { // as the launcher does
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new Child(name, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: not even a shutdown hook runs. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and then the time that an orderly end takes. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException(
                    name + " must end within " + STOP_SECONDS + " s of SIGTERM, did not: " + log);
        }
    }

    /** SIGSTOP: it stands still, as in a long pause of the machine, and does not know. */
    void freeze() throws InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() throws InterruptedException {
        signal("CONT");
    }

    /** SIGQUIT: it prints what its threads are doing. */
    void dumpThreads() throws InterruptedException {
        signal("QUIT");
        Thread.sleep(1_000);
    }

    private void signal(String signal) throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a text in its output. */
    void awaitOutput(String text, int seconds) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds); System.nanoTime() < end; ) {
            if (read().contains(text)) {
                return;
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException(name + " must print " + text + " within " + seconds + " s, printed: " + tail());
    }

    Path log() {
        return log;
    }

    /** The end of its output. */
    String tail() {
        String text = read();
        return text.substring(Math.max(0, text.length() - 2_000)).strip();
    }

    private String read() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
