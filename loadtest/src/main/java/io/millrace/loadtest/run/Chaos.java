package io.millrace.loadtest.run;

import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.scenario.Scenario;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** Does to the pipeline what a scenario says, at its time. Called from one thread. */
final class Chaos implements AutoCloseable {

    /** Starts one more instance of the pipeline. */
    interface Starter {
        ChildProcess start(int instance) throws IOException;
    }

    private final List<ChildProcess> running = new ArrayList<>();
    private final Deque<Scenario.Chaos> plan;
    private final Starter starter;
    private final Broker broker;
    private final List<String> events = new ArrayList<>();
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

    /** What was done, and when. */
    List<String> events() {
        return events;
    }

    /** Does what is due. */
    void at(long nanos) throws IOException, InterruptedException {
        Scenario.Chaos next = plan.peek();
        while (next != null && next.at().toNanos() <= nanos) {
            plan.remove();
            perform(next.act());
            events.add(String.format("%.1f s: %s", nanos / 1e9, next.act().label()));
            next = plan.peek();
        }
    }

    private void perform(Scenario.Act act) throws IOException, InterruptedException {
        switch (act) {
            case KILL -> running.remove(running.size() - 1).kill();
            case START -> start();
            case PAUSE -> running.get(running.size() - 1).pause();
            case RESUME -> running.get(running.size() - 1).resume();
            case PAUSE_BROKER -> ourBroker().pause();
            case RESUME_BROKER -> ourBroker().resume();
        }
    }

    private void start() throws IOException {
        running.add(starter.start(++started));
    }

    private ChildProcess ourBroker() {
        return broker.process()
                .orElseThrow(() -> new IllegalArgumentException(
                        "chaos.do must leave the broker alone where it was not started for the run"));
    }

    @Override
    public void close() {
        running.forEach(ChildProcess::close);
    }
}
