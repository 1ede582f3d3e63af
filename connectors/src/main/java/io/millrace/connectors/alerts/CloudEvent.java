package io.millrace.connectors.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record as a CloudEvent for HTTP. Attributes that the record bears in its Kafka headers ({@code ce_id}, …) become
 * HTTP headers ({@code ce-id}, …). A record without them is named by where it stands.
 */
final class CloudEvent {
    private static final String KAFKA_PREFIX = "ce_";

    private CloudEvent() {}

    /** The HTTP headers of a record, in binary content mode. */
    static Map<String, String> headers(SinkRecord record) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce-specversion", "1.0");
        headers.put("ce-id", record.topic() + '/' + record.kafkaPartition() + '/' + record.kafkaOffset());
        headers.put("ce-source", "/kafka/" + encoded(record.topic()));
        headers.put("ce-type", "io.millrace.record.v1");
        headers.put("content-type", "application/json");
        for (Header header : record.headers()) {
            // Kafka Connect's usual header converter makes numbers of what looks like them.
            String text =
                    header.value() instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(header.value());
            if (header.key().startsWith(KAFKA_PREFIX)) {
                headers.put("ce-" + header.key().substring(KAFKA_PREFIX.length()), encoded(text));
            } else if (header.key().equals("content-type") || header.key().equals("traceparent")) {
                headers.put(header.key(), encoded(text));
            }
        }
        return headers;
    }

    /** As the HTTP binding wants it (3.1.3.2): space, quote, percent, and all that is not printable ASCII. */
    static String encoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(UTF_8)) {
            if (b > ' ' && b < 0x7f && b != '"' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append(String.format("%%%02X", b & 0xff));
            }
        }
        return encoded.toString();
    }
}
