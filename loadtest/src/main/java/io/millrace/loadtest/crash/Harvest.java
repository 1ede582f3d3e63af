package io.millrace.loadtest.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.loadtest.crash.Fleet.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** All that a variant's topics hold, as a consumer under {@code read_committed} sees it. Not thread-safe. */
final class Harvest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<List<Input>> telemetry = new ArrayList<>();
    private final List<Prediction> predictions = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final List<AlertRecord> alerts = new ArrayList<>();
    private final List<BitSet> accounted = new ArrayList<>();

    Harvest(int partitions) {
        for (int i = 0; i < partitions; i++) {
            telemetry.add(new ArrayList<>());
            accounted.add(new BitSet());
        }
    }

    /** Where a record stands in the telemetry. */
    record Source(int partition, long offset) {}

    /** One telemetry record; a malformed one has no reading. */
    @SuppressWarnings("ArrayRecordComponent") // carriers, here and below; never compared
    record Input(String device, @Nullable Reading reading, byte[] value) {}

    /** One prediction; {@code insufficient} is its reason, if it is one that could not be judged. */
    @SuppressWarnings("ArrayRecordComponent")
    record Prediction(
            String device,
            Source source,
            long timeMs,
            double[] scores,
            @Nullable String insufficient) {}

    /** One dead letter. */
    @SuppressWarnings("ArrayRecordComponent")
    record DeadLetter(String device, Source source, byte[] value, String reason) {}

    /** One change of an alert. */
    record AlertRecord(String device, Reference.Alert alert) {}

    /** Takes in a record of the topic with the given role. */
    void add(String role, ConsumerRecord<byte[], byte[]> record) {
        String key = new String(Objects.requireNonNull(record.key(), "every record has a key"), UTF_8);
        switch (role) {
            case "telemetry" -> {
                List<Input> partition = telemetry.get(record.partition());
                if (record.offset() != partition.size()) {
                    throw new IllegalStateException("the run is void: telemetry must be contiguous, offset must be "
                            + partition.size() + ", got: " + record.offset());
                }
                partition.add(new Input(key, Fleet.parse(record.value()), record.value()));
            }
            case "predictions" ->
                account(add(predictions, prediction(key, record.value())).source());
            case "dead-letters" ->
                account(add(deadLetters, deadLetter(key, record)).source());
            case "alerts" -> alerts.add(alert(key, record.value()));
            default -> throw new IllegalArgumentException("role must be one of a pipeline's topics, got: " + role);
        }
    }

    private static <T> T add(List<T> list, T element) {
        list.add(element);
        return element;
    }

    private void account(Source source) {
        accounted.get(source.partition()).set((int) source.offset());
    }

    private static Prediction prediction(String key, byte[] value) {
        JsonNode node = json(value);
        JsonNode source = node.path("source");
        JsonNode named = node.path("scores");
        double[] scores = new double[named.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = named.path("s" + i).asDouble(Double.NaN);
        }
        return new Prediction(
                key,
                new Source(
                        source.path("partition").asInt(), source.path("offset").asLong()),
                node.path("time").asLong(),
                scores,
                node.path("quality").asText().equals("OK")
                        ? null
                        : node.path("reason").asText());
    }

    private static AlertRecord alert(String key, byte[] value) {
        JsonNode node = json(value);
        String device = key.substring(0, key.lastIndexOf('/'));
        return new AlertRecord(
                device,
                new Reference.Alert(
                        node.path("revision").asInt(),
                        node.path("state").asText().equals("FIRING"),
                        node.path("since").asLong(),
                        node.path("time").asLong()));
    }

    private static DeadLetter deadLetter(String key, ConsumerRecord<byte[], byte[]> record) {
        Source source = new Source(
                Integer.parseInt(header(record, "millrace-partition")),
                Long.parseLong(header(record, "millrace-offset")));
        return new DeadLetter(key, source, record.value(), header(record, "millrace-reason"));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = Objects.requireNonNull(record.headers().lastHeader(name), name);
        return new String(header.value(), UTF_8);
    }

    private static JsonNode json(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException("an output must be JSON, got: " + new String(value, UTF_8), e);
        }
    }

    /** How many telemetry records have come to a prediction or a dead letter. */
    long accounted() {
        return accounted.stream().mapToLong(BitSet::cardinality).sum();
    }

    List<List<Input>> telemetry() {
        return telemetry;
    }

    List<Prediction> predictions() {
        return predictions;
    }

    List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    List<AlertRecord> alerts() {
        return alerts;
    }
}
