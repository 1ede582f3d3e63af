package io.millrace.loadtest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class JvmProbeTest {

    /** Another virtual machine: answers each line of its input once it has allocated 64 MiB and collected them. */
    static final class Other {
        private static final int MIB = 1 << 20;

        private Other() {}

        static volatile byte[] garbage = {};

        public static void main(String[] args) throws IOException {
            BufferedReader in = new BufferedReader(new java.io.InputStreamReader(System.in, "UTF-8"));
            while (in.readLine() != null) {
                for (int i = 0; i < 64; i++) {
                    garbage = new byte[MIB];
                }
                System.gc();
                System.out.println("done");
            }
        }
    }

    @Test
    void seesWhatAnotherVirtualMachineDoes() throws IOException {
        Process other = new ProcessBuilder(Jvm.command(
                        List.of("-Xmx64m", "-XX:+UseSerialGC"),
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        List.of()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader answers = other.inputReader();
                var questions = other.outputWriter()) {
            questions.write("a\n");
            questions.flush();
            assertThat(answers.readLine()).isEqualTo("done");

            try (JvmProbe probe = JvmProbe.attach(other.pid()).orElseThrow()) {
                JvmProbe.Figures before = probe.read();
                questions.write("b\n");
                questions.flush();
                assertThat(answers.readLine()).isEqualTo("done");
                JvmProbe.Figures after = probe.read();

                assertThat(after.collections()).isGreaterThan(before.collections());
                assertThat(after.collectionMillis()).isGreaterThanOrEqualTo(before.collectionMillis());
                assertThat(after.allocatedBytes() - before.allocatedBytes()).isGreaterThanOrEqualTo(64L << 20);
                assertThat(after.heapBytes()).isBetween(1L, 64L << 20);
                assertThat(after.threads().get("RUNNABLE")).isPositive();

                other.destroyForcibly();
                assertThatThrownBy(() -> {
                            while (true) {
                                probe.read();
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void whatIsNoVirtualMachineIsLeftAloneAndAlive() throws IOException {
        Process cat = new ProcessBuilder("cat").start();
        try {
            assertThat(JvmProbe.attach(cat.pid())).isEmpty();
            assertThat(cat.isAlive()).isTrue();
        } finally {
            cat.destroyForcibly();
        }
    }
}
