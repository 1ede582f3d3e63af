package io.millrace.loadtest.verify;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The topics a pipeline writes; those it does not have are null. */
public record Outputs(
        String predictions,
        @Nullable String deadLetters,
        @Nullable String alerts) {

    List<String> topics() {
        return Stream.of(predictions, deadLetters, alerts)
                .filter(topic -> topic != null)
                .toList();
    }
}
