package io.millrace.loadtest.run;

import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.scenario.Scenario;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Does to the pipeline what a scenario says, at its time. Called from one thread; what it does happens on another, one
 * after the other, so that the run is watched while a broker restarts.
 */
final class Chaos implements AutoCloseable {

    /** Starts one more instance of the pipeline. */
    interface Starter {
        ChildProcess start(int instance) throws IOException;
    }

    /**
     * What was done, and when.
     *
     * @param nanos after the start of the load
     */
    record Event(long nanos, String what) {
        double seconds() {
            return nanos / 1e9;
        }
    }

    private final List<ChildProcess> running = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Deque<Scenario.Chaos> plan;
    private final Starter starter;
    private final Broker broker;
    private final ExecutorService hand = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "chaos");
        thread.setDaemon(true);
        return thread;
    });
    private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    private int started;

    Chaos(List<Scenario.Chaos> plan, Starter starter, Broker broker) throws IOException {
        this.plan = new ArrayDeque<>(
                plan.stream().sorted(Comparator.comparing(Scenario.Chaos::at)).toList());
        this.starter = starter;
        this.broker = broker;
        start();
    }

    /** The instances that should be running. */
    List<ChildProcess> running() {
        return running;
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    /** Begins what is due, and throws what went wrong with what was begun before. */
    void at(long nanos) {
        if (done.isCompletedExceptionally()) {
            finish();
        }
        Scenario.Chaos next = plan.peek();
        while (next != null && next.at().toNanos() <= nanos) {
            Scenario.Act act = plan.remove().act();
            events.add(new Event(nanos, act.label()));
            done = done.thenRunAsync(() -> perform(act), hand);
            next = plan.peek();
        }
    }

    /** Waits until all that was begun is done. */
    void finish() {
        try {
            done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void perform(Scenario.Act act) {
        try {
            switch (act) {
                case KILL -> last(act, true).kill();
                case START -> start();
                case PAUSE -> last(act, false).pause();
                case RESUME -> last(act, false).resume();
                case PAUSE_BROKER -> broker.ownProcess().pause();
                case RESUME_BROKER -> broker.ownProcess().resume();
                case RESTART_BROKER -> {
                    broker.ownProcess().stop();
                    broker.restart();
                }
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the run is over
        }
    }

    private ChildProcess last(Scenario.Act act, boolean remove) {
        if (running.isEmpty()) {
            throw new IllegalArgumentException("chaos.do must find an instance to " + act.label() + ", found none");
        }
        int last = running.size() - 1;
        return remove ? running.remove(last) : running.get(last);
    }

    private void start() throws IOException {
        running.add(starter.start(++started));
    }

    @Override
    public void close() {
        hand.shutdownNow();
        running.forEach(ChildProcess::close);
    }
}
