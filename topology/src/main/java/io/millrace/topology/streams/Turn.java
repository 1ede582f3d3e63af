package io.millrace.topology.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What one call of {@code process()} is to send on: a record's result, or those of several polled records that follow
 * each other in their partition. It remembers how far that has come, so that a second attempt goes on from there. Or it
 * has no results, and news of a device.
 */
final class Turn {
    private final List<Headers> headers;
    private final List<Finished> results;
    private final @Nullable News news;
    private int detected;
    private int sent;

    /** @param headers of each record, as polled */
    Turn(List<Headers> headers) {
        this.headers = headers;
        this.results = new ArrayList<>(headers.size());
        this.news = null;
    }

    Turn(News news) {
        this.headers = List.of();
        this.results = List.of();
        this.news = news;
    }

    /** What is told of a device; {@code null} where records were scored. */
    @Nullable
    News news() {
        return news;
    }

    /** How many records have a result already, in order. */
    int finished() {
        return results.size();
    }

    void finish(Finished result) {
        results.add(result);
    }

    void finish(List<Finished> all) {
        results.addAll(all);
    }

    /** How many results the detectors have seen already, in order. */
    int detected() {
        return detected;
    }

    /** Puts what the detectors make of the next result in its place. */
    void detect(UnaryOperator<Finished> detectors) {
        results.set(detected, detectors.apply(results.get(detected)));
        detected++;
    }

    boolean isSent() {
        return sent == results.size();
    }

    /** The first result that was not sent yet. */
    Finished result() {
        return results.get(sent);
    }

    /** Headers that this result's record was polled with; not to be changed. */
    Headers headers() {
        return headers.get(sent);
    }

    void next() {
        sent++;
    }
}
