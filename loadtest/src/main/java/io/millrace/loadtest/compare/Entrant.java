package io.millrace.loadtest.compare;

import io.millrace.loadtest.pipeline.Contestant;
import io.millrace.loadtest.pipeline.Job;
import io.millrace.loadtest.process.ChildProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contestant in a process of its own, which stands still (SIGSTOP) while it is not its turn: what waits costs
 * nothing, and what has been compiled stays compiled.
 */
final class Entrant {

    private final Contestant contestant;
    private final Job job;
    private final String command;
    private final List<Drain> drains = new ArrayList<>();
    private List<String> faults = List.of();
    private @Nullable ChildProcess process;

    Entrant(Contestant contestant, Job job, String command) {
        this.contestant = contestant;
        this.job = job;
        this.command = command;
    }

    Contestant contestant() {
        return contestant;
    }

    Job job() {
        return job;
    }

    /** Its process, running: started at its first turn. */
    ChildProcess turn() throws IOException, InterruptedException {
        if (process == null) {
            process = contestant.start(job, command);
        } else {
            process.resume();
        }
        return process;
    }

    /** Ends its turn. To be called when it has committed everything, so that no transaction waits with it. */
    void rest() throws InterruptedException {
        if (process != null) {
            process.pause();
        }
    }

    void counts(Drain drain) {
        drains.add(drain);
    }

    void found(List<String> wrong) {
        faults = wrong;
    }

    Standing standing() {
        return new Standing(contestant, List.copyOf(drains), faults);
    }

    /** Kills it: it stands still and could not end in order, and nothing of it is wanted any more. */
    void end() throws InterruptedException {
        if (process != null) {
            process.kill();
        }
    }
}
