package io.millrace.deploy.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.scorers.Scorer;
import io.millrace.topology.batch.Row;
import io.millrace.topology.batch.Scores;
import io.millrace.topology.streams.LookAhead;
import io.millrace.topology.streams.ScoringProcessor;
import io.millrace.topology.streams.TypedScoring;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * A topology of one's own with Millrace's scoring in it: readings in, and out the anomaly of those that are worth a
 * look. What stands before and after the scoring is ordinary Kafka Streams.
 */
final class PumpScores implements AutoCloseable {
    private static final List<String> SIGNALS =
            List.of("flow", "suction", "pressure", "speed", "current", "temperature", "bearing", "vibration");
    private static final double FAILED = -1;

    private final LookAhead<Double> scoring;

    PumpScores(Scorer scorer) {
        scoring = new TypedScoring<>(
                        ReadingDeserializer::new, PumpScores::toRow, PumpScores::toAnomaly, (record, e) -> FAILED)
                .lookAhead(scorer, Set.of("readings"), 256, GlobalOpenTelemetry.getMeter("pumps"));
    }

    Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("readings", Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .process(new ScoringProcessor<>(scoring))
                .filter((pump, anomaly) -> anomaly > 0.5 || anomaly == FAILED)
                .to("anomalies", Produced.with(Serdes.String(), Serdes.Double()));
        return builder.build();
    }

    /** The one call that the consumer needs; without it all works too, one record at a time. */
    void lookAhead(Map<String, Object> streamsProperties) {
        scoring.attachTo(streamsProperties);
    }

    private static void toRow(JsonNode reading, Row row) {
        for (int i = 0; i < SIGNALS.size(); i++) {
            row.set(i, reading.required(SIGNALS.get(i)).doubleValue());
        }
    }

    private static double toAnomaly(JsonNode reading, Scores scores) {
        return scores.get();
    }

    /** Any deserializer will do; each thread gets its own. */
    static final class ReadingDeserializer implements Deserializer<JsonNode> {
        private final ObjectMapper json = new ObjectMapper();

        @Override
        public JsonNode deserialize(String topic, byte[] value) {
            try {
                return json.readTree(value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        scoring.close();
    }
}
