package io.millrace.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration from its start to its summary. */
class DemoIT {
    @Test
    void findsFaultsAndAccountsForEveryReading(@TempDir Path data) throws Exception {
        // Given
        StringWriter said = new StringWriter();
        DemoOptions options = new DemoOptions(
                20,
                4,
                1,
                Duration.ofSeconds(30),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                false,
                data);

        // When
        DemoReport report = new Demo(options, new PrintWriter(said), () -> false).run();

        // Then
        assertThat(report.unaccounted()).isZero();
        assertThat(report.eventsIn()).isPositive();
        assertThat(report.found()).isPositive();
        assertThat(report.findings().raised()).isPositive();
        assertThat(report.findings().cleared()).isPositive();
        assertThat(said.toString()).contains("  fault  ", "  ALERT  ", "  clear  ");
        assertThat(report.lines()).anySatisfy(line -> assertThat(line).startsWith("came out   "));
    }
}
