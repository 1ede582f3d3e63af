package io.millrace.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.scenario.Scenario.Act;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes, that do nothing. */
@Timeout(180)
class ChaosTest {

    private static final long SECOND = 1_000_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @BeforeEach
    void needsSignals() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/stat")), "no /proc here");
    }

    @Test
    void doesEachThingOnceAtItsTime() throws IOException {
        try (Chaos chaos = chaos(plan(2, Act.KILL, 1, Act.START), Broker.at("localhost:1"))) {
            ChildProcess first = chaos.running().get(0);

            chaos.at(SECOND - 1);
            chaos.finish();
            assertThat(chaos.running()).containsExactly(first);

            chaos.at(SECOND);
            chaos.at(SECOND + 1);
            chaos.finish();
            assertThat(chaos.running()).hasSize(2);
            ChildProcess second = chaos.running().get(1);

            chaos.at(5 * SECOND);
            chaos.finish();
            assertThat(chaos.running()).containsExactly(first);
            assertThat(second.isAlive()).isFalse();
            assertThat(first.isAlive()).isTrue();
            assertThat(chaos.events())
                    .containsExactly(new Chaos.Event(SECOND, "start"), new Chaos.Event(5 * SECOND, "kill"));
        }
    }

    @Test
    void whatIsPausedStandsStillUntilItIsResumed() throws IOException {
        try (Chaos chaos = chaos(plan(1, Act.PAUSE, 2, Act.RESUME), Broker.at("localhost:1"))) {
            chaos.at(SECOND);
            chaos.finish();
            await().until(() -> isStopped(chaos.running().get(0)));

            chaos.at(2 * SECOND);
            chaos.finish();
            await().until(() -> !isStopped(chaos.running().get(0)));
        }
    }

    @Test
    void itsOwnBrokerIsRestartedAndPaused() throws IOException, InterruptedException {
        List<String> command = List.of("sh", "-c", "echo bootstrap.servers=localhost:1; exec sleep 60");
        try (Broker broker = Broker.start(command, Map.of(), folder);
                Chaos chaos = chaos(plan(1, Act.RESTART_BROKER, 2, Act.PAUSE_BROKER), broker)) {
            ChildProcess before = broker.ownProcess();

            chaos.at(SECOND);
            chaos.finish();
            assertThat(before.isAlive()).isFalse();
            assertThat(broker.ownProcess().isAlive()).isTrue();

            chaos.at(2 * SECOND);
            chaos.finish();
            await().until(() -> isStopped(broker.ownProcess()));
            broker.ownProcess().resume(); // or its end takes as long as the grace for it
        }
    }

    @Test
    void somebodyElsesBrokerIsLeftAloneAndTheRunEnds() throws IOException {
        try (Chaos chaos = chaos(plan(1, Act.RESTART_BROKER, 9, Act.KILL), Broker.at("localhost:1"))) {
            chaos.at(SECOND);

            assertThatThrownBy(chaos::finish)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a Kafka that was not started for the run must be left alone");
        }
    }

    @Test
    void nobodyIsLeftToBeKilledTwice() throws IOException {
        try (Chaos chaos = chaos(plan(1, Act.KILL, 1, Act.KILL), Broker.at("localhost:1"))) {
            chaos.at(SECOND);

            assertThatThrownBy(chaos::finish).hasMessage("chaos.do must find an instance to kill, found none");
        }
    }

    private Chaos chaos(List<Scenario.Chaos> plan, Broker broker) throws IOException {
        return new Chaos(
                plan,
                instance -> ChildProcess.start(
                        "instance " + instance, List.of("sleep", "60"), Map.of(), folder.resolve(instance + ".log")),
                broker);
    }

    private static List<Scenario.Chaos> plan(long first, Act does, long second, Act then) {
        return List.of(
                new Scenario.Chaos(Duration.ofSeconds(first), does),
                new Scenario.Chaos(Duration.ofSeconds(second), then));
    }

    /** State T in {@code /proc/PID/stat}, some time after the signal. */
    private static boolean isStopped(ChildProcess process) throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).startsWith("T");
    }
}
