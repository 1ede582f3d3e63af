package io.millrace.loadtest.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a process's threads have cost, by name, from Linux's {@code /proc}. A name has at most 15 characters there;
 * threads whose names differ in numbers alone count as one.
 *
 * @param cpuNanos user and system time, in steps of 10 ms
 */
public record ThreadCost(String name, long cpuNanos) {

    /** Not the one in the names of Java's compilers, C1 and C2, whose second character it is. */
    private static final String NUMBER = "(?<=..)[-#]?\\d+";

    /** Of these processes, so far. */
    public static Map<String, Long> of(List<Long> pids) {
        Map<String, Long> costs = new TreeMap<>();
        for (long pid : pids) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
                for (Path task : tasks) {
                    add(task, costs);
                }
            } catch (IOException | UncheckedIOException e) {
                // it has just ended
            }
        }
        return costs;
    }

    private static void add(Path task, Map<String, Long> costs) {
        try {
            String name = Files.readString(task.resolve("comm")).strip().replaceAll(NUMBER, "");
            costs.merge(name, ProcessCost.cpuNanos(Files.readString(task.resolve("stat"))), Long::sum);
        } catch (IOException e) {
            // the thread has just ended
        }
    }

    /** What they cost between two readings, the dearest first. */
    public static List<ThreadCost> between(Map<String, Long> before, Map<String, Long> after) {
        List<ThreadCost> costs = new ArrayList<>();
        after.forEach((name, nanos) -> {
            long spent = nanos - before.getOrDefault(name, 0L);
            if (spent > 0) {
                costs.add(new ThreadCost(name, spent));
            }
        });
        costs.sort(Comparator.comparingLong(ThreadCost::cpuNanos).reversed());
        return costs;
    }
}
