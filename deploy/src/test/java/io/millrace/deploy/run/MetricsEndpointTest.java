package io.millrace.deploy.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsEndpointTest {

    @Test
    void tellsOfTheVirtualMachine() throws Exception {
        InetSocketAddress address = MetricsEndpointIT.free();
        try (MetricsEndpoint metrics = MetricsEndpoint.at(address)) {
            metrics.meter().counterBuilder("mine").build().add(1);
            System.gc();
            String text = MetricsEndpointIT.get(address);
            while (!text.contains("jvm_gc_duration_seconds_count{")) { // it is told of collections a little later
                text = MetricsEndpointIT.get(address);
            }

            assertThat(text)
                    .containsPattern("jvm_memory_used_bytes\\{[^}]*jvm_memory_type=\"heap\"[^}]*} [1-9]")
                    .containsPattern("jvm_memory_limit_bytes\\{")
                    .containsPattern("jvm_cpu_time_seconds_total\\{[^}]*} [0-9.]*[1-9]")
                    .containsPattern("jvm_thread_count\\{[^}]*jvm_thread_state=\"runnable\"[^}]*} [1-9]")
                    .containsPattern("jvm_class_count\\{[^}]*} [1-9]")
                    .containsPattern("mine_total\\{[^}]*} 1");
        }
    }

    @Test
    void anotherInstancesPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress("localhost", taken.getLocalPort());

            assertThatThrownBy(() -> MetricsEndpoint.at(address))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("cannot serve metrics at localhost:" + taken.getLocalPort()
                            + ": Address already in use; end what uses that port, or name another one");
        }
    }
}
