package io.millrace.loadtest.run;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.process.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class InsideTest {

    private static final long POLL_MILLIS = 10;

    /** A virtual machine that does nothing until its input ends. */
    static final class Idle {
        private Idle() {}

        public static void main(String[] args) throws IOException {
            while (System.in.read() >= 0) {}
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    /** Late, as where a launcher builds first on a busy machine; and again, where somebody starts it again. */
    @Test
    void aVirtualMachineIsLookedIntoThoughItComesLateAndEndsAndComesAgain() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "no /proc here");
        Path go = folder.resolve("go");
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "while [ ! -e \"$0\" ]; do sleep 0.05; done; \"$@\"; \"$@\"", go.toString()));
        command.addAll(Jvm.command(
                List.of("-Xmx32m", "-XX:+UseSerialGC"),
                System.getProperty("java.class.path"),
                Idle.class.getName(),
                List.of()));
        try (ChildProcess launcher = ChildProcess.start("launcher", command, Map.of(), folder.resolve("log"));
                Inside inside = new Inside(launcher, "", System::nanoTime)) {
            await(inside, reading -> reading.machine() == null);
            Files.createFile(go);
            await(inside, reading -> reading.machine() != null);

            ProcessHandle.of(launcher.pid()).orElseThrow().children().forEach(ProcessHandle::destroyForcibly);
            await(inside, reading -> reading.machine() == null);
            await(inside, reading -> reading.machine() != null);
        }
    }

    /** Until there is such a reading after all that were taken before; the test has a time limit. */
    private static void await(Inside inside, Predicate<Inside.Reading> such) throws InterruptedException {
        while (inside.readings().stream().noneMatch(such)) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        inside.forget();
    }
}
