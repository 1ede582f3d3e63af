package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damaged models in a process of their own, which a crash of native code would take with it and leave this one. How
 * many is set by {@code -Dmillrace.fuzz.models}; where a report is wanted, {@code -Dmillrace.fuzz.report=FILE}.
 */
class ModelFuzzTest {
    private static final int MODELS = Integer.getInteger("millrace.fuzz.models", 240);
    private static final int MOST_PROCESSES = 20;

    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> bad = new ArrayList<>();

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void damagedModelsAreRefusedInOneLineOrWorkAndNeverTakeTheProcess() throws Exception {
        int next = 0;
        for (int process = 0; next < MODELS && process < MOST_PROCESSES; process++) {
            next = run(next);
        }
        report();

        assertThat(bad).isEmpty();
        assertThat(next).isEqualTo(MODELS);
        assertThat(outcomes).containsKeys("no-model", "refused", "scored");
    }

    /** Runs a process from that mutation on, and tells with which the next one goes on. */
    private int run(int from) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(from))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int next = from;
        boolean ended = false;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ended = line.equals("end");
                if (line.isBlank() || ended) {
                    continue;
                }
                String[] parts = line.split(" ", 3);
                String outcome = parts.length < 3 ? "" : parts[2];
                if (!outcome.isEmpty()) {
                    outcomes.merge(outcome.split(":", 2)[0], 1, Integer::sum);
                }
                if (outcome.isEmpty() || outcome.startsWith("unclear")) {
                    bad.add(line);
                }
                next = Integer.parseInt(parts[0]) + 1;
            }
        } finally {
            process.destroyForcibly();
        }
        int exit = process.waitFor();
        if (!ended) {
            outcomes.merge("crashed", 1, Integer::sum);
            bad.add("the process ended with " + exit + " before mutation " + next);
        }
        return next;
    }

    private static List<String> command(int from) {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=512m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=target/fuzz-crash-%p.log",
                "-cp",
                System.getProperty("java.class.path"),
                ModelFuzz.class.getName(),
                Integer.toString(from),
                Integer.toString(MODELS));
        // A model may ask for more memory than there is; a limit makes that an error and not the machine's problem.
        return Files.isExecutable(Path.of("/bin/sh"))
                ? Stream.concat(Stream.of("/bin/sh", "-c", "ulimit -v 12000000; exec \"$0\" \"$@\""), java.stream())
                        .toList()
                : java;
    }

    private void report() throws IOException {
        String file = System.getProperty("millrace.fuzz.report");
        if (file != null) {
            StringBuilder text = new StringBuilder(
                    MODELS + " damaged models of " + ModelFuzz.models().size() + " whole ones, ONNX Runtime 1.29.0\n");
            outcomes.forEach((outcome, count) ->
                    text.append(outcome).append(' ').append(count).append('\n'));
            bad.forEach(line -> text.append(line).append('\n'));
            Files.writeString(Path.of(file), text);
        }
    }
}
