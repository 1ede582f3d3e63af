package io.millrace.deploy.cli;

import io.millrace.deploy.run.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/** How a running pipeline gets on: one line that renews itself on a terminal, and one now and then in a log. */
final class StatusLine {
    private static final long LOG_EVERY_MS = 10_000;
    private static final long SHOW_EVERY_MS = 1_000;

    private final PrintWriter out;
    private final boolean terminal = onTerminal();
    private final long startedMs = System.currentTimeMillis();
    private long shownMs;
    private long shownEvents;

    StatusLine(PrintWriter out) {
        this.out = out;
    }

    /** Whether a person watches standard error: the launcher has looked. */
    static boolean onTerminal() {
        return Boolean.getBoolean("millrace.terminal");
    }

    void show(Progress progress) {
        if (System.currentTimeMillis() - shownMs >= (terminal ? SHOW_EVERY_MS : LOG_EVERY_MS)) {
            print(progress, progress.state());
        }
    }

    /** The last line, which stays. */
    void end(Progress progress) {
        print(progress, "stopping");
        if (terminal) {
            out.println();
            out.flush();
        }
    }

    private void print(Progress progress, String state) {
        long now = System.currentTimeMillis();
        double seconds = (now - (shownMs == 0 ? startedMs : shownMs)) / 1000.0;
        long rate = Math.round((progress.events() - shownEvents) / Math.max(seconds, 0.001));
        shownMs = now;
        shownEvents = progress.events();
        String line = String.format(
                Locale.ROOT,
                "%s  %,d events  %,d/s  lag %,d  %s",
                clock((now - startedMs) / 1000),
                progress.events(),
                rate,
                progress.lag(),
                state);
        if (terminal) {
            out.print("\r\033[K" + line);
        } else {
            out.println(line);
        }
        out.flush();
    }

    static String clock(long seconds) {
        return String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
