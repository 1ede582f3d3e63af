package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Models come and go for as long as a process lives: what one took, its closing gives back. The sessions have a process
 * of their own whose heap is resident as a whole from the start, so that what grows is native.
 */
class SessionLifeTest {
    private static final Path MEMORY = Path.of("/proc/self/statm");
    private static final long PAGE_KIB = 4;
    private static final int WARM_UP = 100;

    /** One session of this model left open in ten would show. */
    private static final long KIB_PER_SESSION = 16;

    private static final long NOISE_KIB = 4 << 10;

    @Test
    void residentMemoryStaysFlatWhileSessionsComeAndGo() throws Exception {
        assumeTrue(Files.exists(MEMORY), "only Linux tells resident memory this way");
        int sessions = Integer.parseInt(System.getenv().getOrDefault("MILLRACE_SESSIONS", "100"));
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms96m",
                        "-Xmx96m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sessions.class.getName(),
                        String.valueOf(sessions)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(said).isZero();

        long grownKib = Long.parseLong(said);
        System.out.printf("%d sessions: resident memory has grown by %,d KiB%n", sessions, grownKib);
        assertThat(grownKib).isLessThan(NOISE_KIB + KIB_PER_SESSION * sessions);
    }

    /** Loads, scores and unloads models, and prints by how many KiB resident memory has grown. */
    static final class Sessions {
        private Sessions() {}

        public static void main(String[] args) throws Exception {
            for (int i = 0; i < WARM_UP; i++) {
                loadScoreUnload();
            }
            long before = residentKib();
            for (int i = 0; i < Integer.parseInt(args[0]); i++) {
                loadScoreUnload();
            }
            System.out.println(residentKib() - before);
        }

        private static void loadScoreUnload() throws Exception {
            try (OnnxScorer scorer = Models.open("mlp", 4);
                    Batch batch = scorer.newBatch()) {
                scorer.score(batch, 4);
                if (Double.isNaN(batch.output(0).get(3, 0))) {
                    throw new IllegalStateException("the model has given no number");
                }
            }
        }

        /** Direct buffers are given back by the garbage collector, so it has its turn first. */
        private static long residentKib() throws Exception {
            System.gc();
            return Long.parseLong(Files.readString(MEMORY).split(" ", -1)[1]) * PAGE_KIB;
        }
    }
}
