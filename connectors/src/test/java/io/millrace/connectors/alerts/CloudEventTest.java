package io.millrace.connectors.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventTest {
    private static SinkRecord record(ConnectHeaders headers) {
        return new SinkRecord("alerts", 3, null, null, null, null, 7, null, null, headers);
    }

    @Test
    void attributesOfTheRecordBecomeHeadersOfThePost() {
        ConnectHeaders headers = new ConnectHeaders();
        headers.addBytes("ce_id", "pumpe-ü/1".getBytes(UTF_8));
        headers.add("ce_specversion", 1.0, Schema.FLOAT64_SCHEMA); // as Kafka Connect's usual converter reads it
        headers.addString("content-type", "application/cbor");
        headers.addString("other", "x");

        assertThat(CloudEvent.headers(record(headers)))
                .containsEntry("ce-id", "pumpe-%C3%BC/1")
                .containsEntry("ce-specversion", "1.0")
                .containsEntry("ce-source", "/kafka/alerts")
                .containsEntry("content-type", "application/cbor")
                .doesNotContainKeys("other", "ce-other");
    }

    @Test
    void aRecordWithoutAttributesIsNamedByWhereItStands() {
        assertThat(CloudEvent.headers(record(new ConnectHeaders()))).containsEntry("ce-id", "alerts/3/7");
    }

    /** The examples of the HTTP binding, 3.1.3.2. */
    @ParameterizedTest
    @CsvSource({"Euro € 😀, Euro%20%E2%82%AC%20%F0%9F%98%80", "100%, 100%25", "a\"b, a%22b"})
    void encodesAsTheBindingSays(String text, String encoded) {
        assertThat(CloudEvent.encoded(text)).isEqualTo(encoded);
    }
}
