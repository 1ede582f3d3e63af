package io.millrace.loadtest.schedule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A schedule from a file: one intended send time a line, in seconds after the start, ascending; {@code #} comments. */
public final class Recorded implements Schedule {

    private final long[] nanos;

    public Recorded(long... nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("a recorded schedule must have at least 1 send time, got: 0");
        }
        this.nanos = nanos.clone();
    }

    public static Recorded read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        long[] nanos = new long[lines.size()];
        int count = 0;
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i).strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            long at = parse(text, file, i + 1);
            if (count > 0 && at < nanos[count - 1]) {
                throw new IllegalArgumentException(
                        "send times must ascend, got: " + text + " (" + file.getFileName() + " line " + (i + 1) + ")");
            }
            nanos[count++] = at;
        }
        return new Recorded(java.util.Arrays.copyOf(nanos, count));
    }

    private static long parse(String text, Path file, int line) {
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0 && seconds < 1e9) {
                return Math.round(seconds * 1e9);
            }
        } catch (NumberFormatException e) {
            // The message below says it better.
        }
        throw new IllegalArgumentException("a send time must be seconds after the start, got: " + text + " ("
                + file.getFileName() + " line " + line + ")");
    }

    @Override
    public long durationNanos() {
        return nanos[nanos.length - 1];
    }

    @Override
    public Cursor cursor() {
        return new Cursor() {
            private int next;

            @Override
            public long next() {
                return next < nanos.length ? nanos[next++] : END;
            }
        };
    }
}
