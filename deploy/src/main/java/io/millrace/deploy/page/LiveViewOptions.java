package io.millrace.deploy.page;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the view looks at.
 *
 * @param clientProperties how to reach the cluster: {@code bootstrap.servers}, security; never printed
 * @param topics the four topics of the pipeline
 * @param devicePointer JSON pointer of the device id in the payload, or {@code "key"} for the record's key
 * @param timePointer JSON pointer of the event time (epoch milliseconds, or ISO 8601); null for the record's timestamp
 * @param signals JSON pointers of the numbers to show, in the order of the charts
 * @param pipeline the pipeline's name
 */
public record LiveViewOptions(
        Map<String, Object> clientProperties,
        Topics topics,
        String devicePointer,
        @Nullable String timePointer,
        List<String> signals,
        String pipeline) {

    /** The value of {@link #devicePointer} that means the record's key. */
    public static final String KEY = "key";

    public LiveViewOptions {
        clientProperties = Map.copyOf(clientProperties);
        signals = List.copyOf(signals);
        if (!devicePointer.equals(KEY)) {
            requirePointer("devicePointer", devicePointer);
        }
        if (timePointer != null) {
            requirePointer("timePointer", timePointer);
        }
        signals.forEach(signal -> requirePointer("signals", signal));
    }

    private static void requirePointer(String subject, String value) {
        if (!value.startsWith("/")) {
            throw new IllegalArgumentException(
                    subject + " must be a JSON pointer that starts with \"/\", got: \"" + value + "\"");
        }
    }

    /** The names of the four topics. */
    public record Topics(String telemetry, String predictions, String alerts, String deadLetters) {
        /** The names that a pipeline has unless it says otherwise. */
        public static final Topics DEFAULT = new Topics("telemetry", "predictions", "alerts", "dead-letters");
    }

    @Override
    public String toString() {
        return "LiveViewOptions[pipeline=" + pipeline + ", topics=" + topics + "]";
    }
}
