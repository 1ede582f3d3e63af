package io.millrace.topology.streams;

import io.millrace.topology.decode.Decoded;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.StatefulScorer;
import io.millrace.topology.score.StatefulScorer.Step;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Scores records whose rows depend on their device's past. They were decoded ahead; when the first record of a
 * chunk has its turn, the whole chunk is scored on an overlay over the device states, and each record then moves
 * its own device's state on, in the store and in memory, as it is processed.
 *
 * <p>A chunk here holds records of one partition only, hence of this task only, in the order in which they will
 * be processed. Should a device's state nevertheless not have come to stand where the overlay took it to stand
 * (a record in between never came), the rest of the chunk is scored again from there.
 *
 * <p>It may be closed and initialised anew, over a store that has gone back to the last commit: Kafka Streams does
 * that with a task whose transaction was lost, or that was revoked and is given back. What it has in memory is
 * therefore made in {@link #init}.
 */
final class StatefulProcessor implements Processor<byte[], byte[], byte[], Finished> {
    private final LookAhead<Decoded> lookAhead;
    private final Supplier<StatefulScorer> newScorer;
    private final DeviceStates states;
    private final BiFunction<RawEvent, Outcome, Finished> finish;

    private @Nullable ProcessorContext<byte[], Finished> context;
    private @Nullable StatefulScorer scorer;
    private @Nullable AheadChunk<Decoded> chunk;
    private Step[] steps = {};
    private int stepsFrom;

    StatefulProcessor(
            LookAhead<Decoded> lookAhead,
            Supplier<StatefulScorer> newScorer,
            DeviceStates states,
            BiFunction<RawEvent, Outcome, Finished> finish) {
        this.lookAhead = lookAhead;
        this.newScorer = newScorer;
        this.states = states;
        this.finish = finish;
    }

    @Override
    public void init(ProcessorContext<byte[], Finished> initialised) {
        context = initialised;
        scorer = newScorer.get();
        chunk = null;
        states.open(initialised);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        ProcessorContext<byte[], Finished> forward = Objects.requireNonNull(context);
        AheadRef<Decoded> ref = lookAhead.take(record.headers(), record.value());
        RawEvent raw = ref != null ? ref.raw() : SourceHeaders.rawEvent(record, forward.recordMetadata());
        Step step = ref != null ? step(ref) : score(List.of(raw), List.of(lookAhead.result(null, raw)))[0];
        states.apply(step);
        forward.forward(record.withValue(finish.apply(raw, step.outcome())));
    }

    private Step step(AheadRef<Decoded> ref) {
        int index = ref.index();
        if (ref.chunk() != chunk || index < stepsFrom) {
            scoreFrom(ref);
        }
        Step step = steps[index - stepsFrom];
        if (!states.satisfy(step)) {
            scoreFrom(ref);
            step = steps[0];
        }
        return step;
    }

    private void scoreFrom(AheadRef<Decoded> ref) {
        AheadChunk<Decoded> current = ref.chunk();
        lookAhead.result(ref, ref.raw()); // waits for the chunk's decoding
        List<Decoded> decoded = current.results();
        List<RawEvent> raws = current.records();
        chunk = current;
        stepsFrom = ref.index();
        steps = score(raws.subList(stepsFrom, raws.size()), decoded.subList(stepsFrom, decoded.size()));
    }

    private Step[] score(List<RawEvent> raws, List<Decoded> decoded) {
        return Objects.requireNonNull(scorer, "init() comes first").score(raws, decoded, states::of);
    }

    @Override
    public void close() {
        Objects.requireNonNull(scorer, "init() comes first").close();
    }
}
