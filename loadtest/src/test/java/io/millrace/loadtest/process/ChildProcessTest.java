package io.millrace.loadtest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ChildProcessTest {

    /** Says so when it is asked to end, which only a process that runs can do. */
    private static final List<String> PROGRAM =
            List.of("sh", "-c", "trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.05; done");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void whatIsPausedEndsInOrderWhenItIsClosed() throws IOException, InterruptedException {
        ChildProcess paused = paused();

        paused.close();

        assertThat(paused.isAlive()).isFalse();
        assertThat(Files.readString(paused.log())).contains("asked");
    }

    @Test
    void whatIsPausedEndsInOrderWhenItIsStopped() throws IOException, InterruptedException {
        ChildProcess paused = paused();

        paused.stop();

        assertThat(Files.readString(paused.log())).contains("asked");
    }

    private ChildProcess paused() throws InterruptedException {
        assumeTrue(Files.isReadable(Path.of("/proc/self/stat")), "no signals here");
        ChildProcess child = ChildProcess.start("a program", PROGRAM, Map.of(), folder.resolve("log"));
        child.awaitLine("ready", Duration.ofSeconds(30));
        child.pause();
        return child;
    }
}
