package io.millrace.loadtest.baseline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A prediction as Millrace writes it, for Jackson to write. */
record Prediction(
        String device,
        long time,
        String model,
        String sha256,
        String provider,
        Map<String, Float> scores,
        String quality,
        Source source) {

    private static final ObjectMapper JSON = new ObjectMapper();

    record Source(String topic, int partition, long offset) {}

    static byte[] write(
            Arguments arguments,
            byte @Nullable [] key,
            long time,
            float[] scores,
            String topic,
            int partition,
            long offset) {
        Prediction prediction = new Prediction(
                key == null ? "" : new String(key, StandardCharsets.UTF_8),
                time,
                arguments.get("model-name"),
                arguments.get("sha256"),
                "CPU",
                named(scores),
                scores.length == 0 ? "INSUFFICIENT" : "OK",
                new Source(topic, partition, offset));
        try {
            return JSON.writeValueAsBytes(prediction);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a prediction can always be written", e);
        }
    }

    private static Map<String, Float> named(float[] scores) {
        if (scores.length == 1) {
            return Map.of("score", scores[0]);
        }
        Map<String, Float> named = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            named.put("score[" + i + "]", scores[i]);
        }
        return named;
    }
}
