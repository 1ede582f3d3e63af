package io.millrace.loadtest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ThreadCostTest {

    @Test
    @Timeout(60)
    void aBusyThreadIsFoundUnderItsNameWithoutItsNumber() throws InterruptedException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "no /proc here");
        List<Long> self = List.of(ProcessHandle.current().pid());
        Thread burner = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                },
                "burner-17");
        burner.start();
        try {
            Map<String, Long> before = ThreadCost.of(self);
            Map<String, Long> now = before;
            while (now.getOrDefault("burner", 0L) <= before.getOrDefault("burner", 0L)) {
                now = ThreadCost.of(self);
            }

            assertThat(ThreadCost.between(before, now)).anySatisfy(cost -> {
                assertThat(cost.name()).isEqualTo("burner");
                assertThat(cost.cpuNanos()).isPositive();
            });
        } finally {
            burner.interrupt();
            burner.join();
        }
    }

    @Test
    void costsAreDifferencesTheDearestFirst() {
        assertThat(ThreadCost.between(Map.of("a", 10L, "idle", 5L), Map.of("a", 20L, "idle", 5L, "new", 30L)))
                .containsExactly(new ThreadCost("new", 30), new ThreadCost("a", 10));
    }

    @Test
    void whatHasEndedCostsNothing() throws IOException, InterruptedException {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertThat(ThreadCost.of(List.of(ended.pid()))).isEmpty();
        assertThat(ProcessCost.of(List.of(ended.pid()))).isEqualTo(new ProcessCost(0, 0));
    }

    @Test
    void aNameMayHoldBracketsAndSpaces() {
        String stat = "12 (a) b (c)) S 1 12 12 0 -1 4194304 99 0 0 0 7 3 0 0 20 0 30 0 0 0";

        assertThat(ProcessCost.cpuNanos(stat)).isEqualTo(100_000_000L);
    }
}
