package io.millrace.topology.config;

/**
 * The topics beside the source; {@code topics} in the file.
 *
 * @param controls where silences and acknowledgements come from; read
 * @param cloudEvents which of them bear CloudEvents attributes in their headers
 */
public record TopicsConfig(
        String predictions, String alerts, String deadLetters, String controls, CloudEvents cloudEvents) {

    /**
     * Which records bear CloudEvents attributes. Five headers on every prediction cost a quarter of the pipeline's
     * throughput, since clients and brokers encode and check each one of each record.
     */
    public enum CloudEvents {
        /** Alerts only. */
        ALERTS,
        /** Alerts and predictions. */
        ALL
    }

    public TopicsConfig {
        Rules.TOPIC.check("predictions", predictions);
        Rules.TOPIC.check("alerts", alerts);
        Rules.TOPIC.check("dead-letters", deadLetters);
        Rules.TOPIC.check("controls", controls);
        requireOthers("alerts", alerts, "predictions", predictions);
        requireOthers("dead-letters", deadLetters, "predictions", predictions);
        requireOthers("dead-letters", deadLetters, "alerts", alerts);
        requireOthers("controls", controls, "predictions", predictions);
        requireOthers("controls", controls, "alerts", alerts);
        requireOthers("controls", controls, "dead-letters", deadLetters);
    }

    /** Refuses to write to the topic that is read, which would feed the pipeline with its own output. */
    TopicsConfig requireApartFrom(String source) {
        requireOthers("topics.predictions", predictions, "source.topic", source);
        requireOthers("topics.alerts", alerts, "source.topic", source);
        requireOthers("topics.dead-letters", deadLetters, "source.topic", source);
        requireOthers("topics.controls", controls, "source.topic", source);
        return this;
    }

    static void requireOthers(String key, String topic, String otherKey, String otherTopic) {
        if (topic.equals(otherTopic)) {
            throw new Violation("must be another topic than " + otherKey + ", got: " + topic, key, otherKey);
        }
    }
}
