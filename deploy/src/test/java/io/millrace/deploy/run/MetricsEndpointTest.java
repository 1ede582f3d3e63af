package io.millrace.deploy.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {

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
