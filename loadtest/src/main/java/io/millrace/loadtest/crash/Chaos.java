package io.millrace.loadtest.crash;

import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Hurts a running pipeline, one thing after another, in an order and at moments that the seed gives. Between two
 * blows it mostly waits until the pipeline gets on again: what is killed while it starts proves little.
 */
final class Chaos {
    /** What it does. */
    enum Blow {
        /** SIGKILL the only instance, start it again. */
        KILL,
        /** The same, and the new one once more while it starts. */
        KILL_TWICE,
        /** Start a second instance, SIGKILL the first, go on with the second. */
        HAND_OVER,
        /** Start a second instance, end it in order: partitions move there and back. */
        JOIN_AND_LEAVE,
        /** Freeze the first until a second has its partitions, let it wake up as a zombie, SIGKILL it. */
        ZOMBIE,
        /** SIGKILL the broker, start it again. */
        KILL_BROKER,
        /** End the broker in order, start it again. */
        RESTART_BROKER,
        /** Freeze the broker for longer than transactions and deliveries last. */
        FREEZE_BROKER
    }

    private static final long STALLED_MS = 60_000;
    private static final int FREEZE_MS = 9_000;
    private static final int MOST_PAUSE_MS = 3_000;

    private final Broker broker;
    private final Pipelines pipelines;
    private final Path home;
    private final LongSupplier accounted;
    private final Random random;
    private final List<Blow> deck = new ArrayList<>();
    private final Map<Blow, Integer> dealt = new EnumMap<>(Blow.class);
    private final List<String> deaths = new ArrayList<>();
    private String name = "a";
    private ChildProcess active;
    private int starts;
    private int kills;

    /** Starts the first instance. */
    Chaos(Broker broker, Pipelines pipelines, Path home, LongSupplier accounted, long seed) {
        this.broker = broker;
        this.pipelines = pipelines;
        this.home = home;
        this.accounted = accounted;
        random = new Random(seed);
        active = start(name);
    }

    private ChildProcess start(String instance) {
        return pipelines.start(instance, home.resolve("pipeline-" + instance + "-" + starts++ + ".log"));
    }

    /** Waits for progress, then deals the next blow. */
    void strike() throws InterruptedException {
        awaitProgress();
        pause();
        if (deck.isEmpty()) {
            deck.addAll(Arrays.asList(Blow.values()));
            Collections.shuffle(deck, random);
        }
        Blow blow = deck.remove(deck.size() - 1);
        dealt.merge(blow, 1, Integer::sum);
        switch (blow) {
            case KILL -> killActive();
            case KILL_TWICE -> {
                killActive();
                pause();
                killActive();
            }
            case HAND_OVER -> handOver();
            case JOIN_AND_LEAVE -> joinAndLeave();
            case ZOMBIE -> zombie();
            case KILL_BROKER -> {
                broker.ownProcess().kill();
                pause();
                broker.restart();
            }
            case RESTART_BROKER -> {
                broker.ownProcess().stop();
                broker.restart();
            }
            case FREEZE_BROKER -> {
                broker.ownProcess().pause();
                Thread.sleep(FREEZE_MS);
                broker.ownProcess().resume();
            }
        }
    }

    private void killActive() throws InterruptedException {
        kill(active);
        active = start(name);
    }

    private void kill(ChildProcess child) throws InterruptedException {
        child.kill();
        kills++;
    }

    private void handOver() throws InterruptedException {
        ChildProcess second = startSecond();
        kill(active);
        switchTo(second);
    }

    private void joinAndLeave() throws InterruptedException {
        startSecond().stop();
    }

    private void zombie() throws InterruptedException {
        ChildProcess second = startSecond();
        active.pause();
        Thread.sleep(Timeouts.SESSION_MS + random.nextInt(MOST_PAUSE_MS));
        active.resume();
        pause();
        kill(active);
        switchTo(second);
    }

    private ChildProcess startSecond() throws InterruptedException {
        ChildProcess second = start(other());
        // Time to start and to take partitions over; sometimes not enough.
        Thread.sleep(MOST_PAUSE_MS + random.nextInt(MOST_PAUSE_MS));
        awaitProgress();
        return second;
    }

    private void switchTo(ChildProcess second) {
        active = second;
        name = other();
    }

    private String other() {
        return name.equals("a") ? "b" : "a";
    }

    private void pause() throws InterruptedException {
        Thread.sleep(random.nextInt(MOST_PAUSE_MS));
    }

    /** Waits until one more record has come to its output; that this takes for ever is a loss too. */
    void awaitProgress() throws InterruptedException {
        long now = accounted.getAsLong();
        if (!awaitAccounted(now + 1, STALLED_MS)) {
            active.dumpThreads();
            throw new IllegalStateException("the pipeline must get on within " + STALLED_MS / 1_000 + " s, stands at "
                    + now + " records; its last words: " + active.tail());
        }
    }

    /**
     * Waits until so many records have come to their outputs. An instance that has ended is started again.
     *
     * @param patienceMs how long nothing may come out before it is given up
     * @return whether they have
     */
    boolean awaitAccounted(long records, long patienceMs) throws InterruptedException {
        long last = accounted.getAsLong();
        long lastMs = System.currentTimeMillis();
        while (accounted.getAsLong() < records) {
            if (!active.isAlive()) {
                deaths.add(active + " has ended by itself, see " + active.log());
                active = start(name);
            }
            if (accounted.getAsLong() > last) {
                last = accounted.getAsLong();
                lastMs = System.currentTimeMillis();
            } else if (System.currentTimeMillis() - lastMs > patienceMs) {
                return false;
            }
            Thread.sleep(50);
        }
        return true;
    }

    /** Ends the last instance in order. */
    void stop() throws InterruptedException {
        active.stop();
    }

    /** Ends it in any case. */
    void abandon() throws InterruptedException {
        active.kill();
    }

    /** Instances killed so far. */
    int kills() {
        return kills;
    }

    /** Whether it has done everything that it can do. */
    boolean hasDealtAll() {
        return dealt.size() == Blow.values().length;
    }

    /** Instances started beyond the first. */
    int restarts() {
        return starts - 1;
    }

    Map<Blow, Integer> dealt() {
        return dealt;
    }

    /** Instances that ended by themselves, and their last words. */
    List<String> deaths() {
        return deaths;
    }
}
