package io.millrace.loadtest.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What processes have cost so far, from Linux's {@code /proc}.
 *
 * @param cpuNanos user and system time of all threads, in steps of 10 ms
 * @param residentBytes resident memory now
 */
public record ProcessCost(long cpuNanos, long residentBytes) {

    /** USER_HZ, which Linux has kept at 100 for all programs. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int STATE_FIELD = 3;
    private static final int UTIME = 14 - STATE_FIELD;
    private static final int STIME = 15 - STATE_FIELD;

    /** The sum over these processes; those that have ended count nothing. */
    public static ProcessCost of(List<Long> pids) {
        long cpu = 0;
        long resident = 0;
        for (long pid : pids) {
            ProcessCost one = of(Path.of("/proc", String.valueOf(pid)));
            cpu += one.cpuNanos();
            resident += one.residentBytes();
        }
        return new ProcessCost(cpu, resident);
    }

    private static ProcessCost of(Path folder) {
        try {
            return new ProcessCost(cpuNanos(Files.readString(folder.resolve("stat"))), resident(folder));
        } catch (IOException e) {
            return new ProcessCost(0, 0); // it has just ended
        }
    }

    /** User and system time in the {@code stat} of a process or of a thread. */
    static long cpuNanos(String stat) {
        // The second field is a name in brackets that may hold spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * NANOS_PER_TICK;
    }

    private static long resident(Path folder) throws IOException {
        for (String line : Files.readAllLines(folder.resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }
}
