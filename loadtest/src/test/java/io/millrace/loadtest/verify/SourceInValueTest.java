package io.millrace.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceInValueTest {

    private final Position position = new Position();

    @Test
    void readsTheCoordinatesOfAPrediction() {
        String json = "{\"device\":\"a\",\"scores\":{\"partition\":9},\"quality\":\"OK\","
                + "\"source\":{\"topic\":\"telemetry\",\"partition\":3,\"offset\":1234}}";

        assertThat(read(json)).isTrue();

        assertThat(position.stream).isEqualTo(3);
        assertThat(position.position).isEqualTo(1234);
    }

    @Test
    void textThatLooksLikeItInsideAStringIsNoSource() {
        assertThat(read("{\"device\":\"\\\"source\\\":{\\\"partition\\\":1,\\\"offset\\\":2}\"}"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"source\":{}}",
                "{\"source\":{\"partition\":3}}",
                "{\"source\":{\"partition\":3,\"offset\":-1}}",
                "{\"source\":{\"partition\":\"x\",\"offset\":1}}"
            })
    void whatNamesNoRecordIsRefused(String json) {
        assertThat(read(json)).isFalse();
    }

    private boolean read(String json) {
        byte[] value = json.getBytes(StandardCharsets.UTF_8);
        return new SourceInValue().read(new ConsumerRecord<>("predictions", 0, 0, new byte[0], value), position);
    }
}
