package io.millrace.connectors.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerOptionsTest {
    private final BrokerOptions options = BrokerOptions.in(Path.of("data"));

    @Test
    void defaultsToAFreePortOnLoopback() {
        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isZero();
        assertThat(options.properties()).isEmpty();
        assertThat(options.directory()).isAbsolute();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void refusesAnImpossiblePort(int port) {
        assertThatThrownBy(() -> options.withPort(port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("broker port must be between 0 and 65535, got: " + port);
    }

    @Test
    void refusesABlankHost() {
        assertThatThrownBy(() -> options.withHost(" ")).hasMessage("broker host must not be blank");
    }

    @Test
    void refusesADirectoryThatKafkaWouldTakeForTwo() {
        assertThatThrownBy(() -> BrokerOptions.in(Path.of("/data/a,b")))
                .hasMessage("broker directory must not have a comma in its path, got: /data/a,b");
    }

    @Test
    void refusesPropertiesThatItSetsItself() {
        assertThatThrownBy(
                        () -> options.withProperties(Map.of("node.id", "7", "log.dirs", "/x", "num.io.threads", "1")))
                .hasMessage(
                        "broker properties must not set what directory, host and port decide, got: log.dirs, node.id");
    }

    @Test
    void refusesToAdvertiseAllAddresses() {
        assertThatThrownBy(() -> options.withHost("0.0.0.0"))
                .hasMessage("broker host must be an address that clients can connect to, got: 0.0.0.0; add the broker "
                        + "property advertised.listeners=PLAINTEXT://NAME:PORT to listen on all addresses");
    }

    @Test
    void connectsByLoopbackWhereItListensOnAllAddresses() {
        // Given
        BrokerOptions all = options.withProperties(Map.of("advertised.listeners", "PLAINTEXT://edge-7:9092"))
                .withHost("0.0.0.0");

        // Then
        assertThat(all.localAddress(9092)).isEqualTo("127.0.0.1:9092");
        assertThat(BrokerProperties.of(all, 9092, 9093))
                .containsEntry("advertised.listeners", "PLAINTEXT://edge-7:9092")
                .containsEntry("listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093");
        assertThat(options.withHost("::1").localAddress(9092)).isEqualTo("[::1]:9092");
    }

    @Test
    void propertiesOverrideDefaults() {
        assertThat(BrokerProperties.of(options.withProperties(Map.of("num.io.threads", "1")), 1, 2))
                .containsEntry("num.io.threads", "1")
                .containsEntry("num.network.threads", "2");
    }
}
