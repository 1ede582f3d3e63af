package io.millrace.deploy.demo;

import io.millrace.deploy.page.AlertTransition;
import io.millrace.deploy.page.Summary;
import java.io.PrintWriter;
import java.util.Locale;

/** Tells faults and alerts as they come, each with its time in the demonstration. */
final class Story {
    private final FaultSchedule schedule;
    private final long startMs;
    private final PrintWriter out;
    private int faultsTold;
    private int alertsTold;
    private int open;

    Story(FaultSchedule schedule, long startMs, PrintWriter out) {
        this.schedule = schedule;
        this.startMs = startMs;
        this.out = out;
    }

    /** Tells what is new. */
    void tell(long nowMs, Summary seen) {
        for (; faultsTold < schedule.faults().size(); faultsTold++) {
            Fault fault = schedule.faults().get(faultsTold);
            if (fault.startMs() > nowMs) {
                break;
            }
            line(fault.startMs(), "fault", PumpFleet.deviceId(fault.pump()), describe(fault));
        }
        for (; alertsTold < seen.transitions().size(); alertsTold++) {
            AlertTransition change = seen.transitions().get(alertsTold);
            open += change.firing() ? 1 : -1;
            line(change.time(), change.firing() ? "ALERT" : "clear", change.device(), change.rule());
        }
        out.flush();
    }

    private static String describe(Fault fault) {
        boolean sensor = fault.kind().name().endsWith("_SENSOR");
        return DemoReport.name(fault.kind()) + (sensor ? " (" + fault.sensor().field() + ")" : "") + ", for "
                + (fault.endMs() - fault.startMs()) / 1000 + " s";
    }

    /** One line of figures. */
    void status(Summary seen) {
        out.printf(
                Locale.ROOT,
                "        … %,d events, %,d predictions, %,d dead letters, p99 %.0f ms, alerts open: %d%n",
                seen.events(),
                seen.predictions(),
                seen.deadLetters(),
                seen.latency().p99Ms(),
                open);
        out.flush();
    }

    private void line(long timeMs, String what, String device, String detail) {
        out.printf(Locale.ROOT, "%6.1f s  %-5s  %s  %s%n", (timeMs - startMs) / 1000.0, what, device, detail);
    }
}
