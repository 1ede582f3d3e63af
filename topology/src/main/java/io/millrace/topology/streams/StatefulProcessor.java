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
 * its own device's state on. What the turn's records have moved is written to the store before the turn ends.
 *
 * <p>A chunk here holds records of one partition only, hence of this task only, in the order in which they will
 * be processed. Should a device's state nevertheless not have come to stand where the overlay took it to stand
 * (a record in between never came), the rest of the chunk is scored again from there.
 */
final class StatefulProcessor implements Processor<byte[], byte[], byte[], Turn> {
    private final LookAhead<Decoded> lookAhead;
    private final Supplier<StatefulScorer> scorers;
    private final DeviceStates states;
    private final BiFunction<RawEvent, Outcome, Finished> finish;

    private @Nullable ProcessorContext<byte[], Turn> context;
    private @Nullable StatefulScorer scorer;
    private @Nullable AheadChunk<Decoded> chunk;
    private Step[] steps = {};
    private int stepsFrom;

    StatefulProcessor(
            LookAhead<Decoded> lookAhead,
            Supplier<StatefulScorer> scorers,
            DeviceStates states,
            BiFunction<RawEvent, Outcome, Finished> finish) {
        this.lookAhead = lookAhead;
        this.scorers = scorers;
        this.states = states;
        this.finish = finish;
    }

    /** Kafka Streams opens a processor again after it has closed it, over stores that it has put back. */
    @Override
    public void init(ProcessorContext<byte[], Turn> initialised) {
        context = initialised;
        scorer = scorers.get();
        chunk = null;
        states.open(initialised);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        ProcessorContext<byte[], Turn> forward = Objects.requireNonNull(context);
        AheadRef<Decoded> ref = lookAhead.take(record.headers(), record.value());
        Turn turn;
        if (ref == null) {
            News news = News.of(record, forward.recordMetadata());
            if (news != null) {
                take(news);
                forward.forward(record.withValue(new Turn(news)));
                return;
            }
            RawEvent raw = lookAhead.raw(record, forward.recordMetadata());
            turn = new Turn(List.of(record.headers()));
            settle(raw, scoreAlone(raw), turn);
        } else {
            turn = ref.turn();
            while (turn.finished() < ref.count()) {
                int index = ref.index() + turn.finished();
                settle(ref.chunk().records().get(index), step(ref, index), turn);
            }
        }
        states.write();
        forward.forward(record.withValue(turn));
        lookAhead.processed(turn.finished());
    }

    private void take(News news) {
        if (news.kind() == News.Kind.RETIRED) {
            chunk = null; // whose overlay may stand on what is forgotten now
            states.remove(news.device());
        }
    }

    private void settle(RawEvent raw, Step step, Turn turn) {
        states.apply(step);
        turn.finish(finish.apply(raw, step.outcome()));
    }

    private Step scoreAlone(RawEvent raw) {
        chunk = null; // whose overlay knows nothing of this record
        return score(List.of(raw), List.of(lookAhead.result(null, raw)))[0];
    }

    private Step step(AheadRef<Decoded> ref, int index) {
        if (ref.chunk() != chunk || index < stepsFrom) {
            scoreFrom(ref, index);
        }
        Step step = steps[index - stepsFrom];
        if (!states.satisfy(step)) {
            scoreFrom(ref, index);
            step = steps[0];
        }
        return step;
    }

    private void scoreFrom(AheadRef<Decoded> ref, int index) {
        AheadChunk<Decoded> current = ref.chunk();
        lookAhead.results(ref); // waits for the chunk's decoding
        List<Decoded> decoded = current.results();
        List<RawEvent> raws = current.records();
        chunk = current;
        stepsFrom = index;
        steps = score(raws.subList(stepsFrom, raws.size()), decoded.subList(stepsFrom, decoded.size()));
    }

    private Step[] score(List<RawEvent> raws, List<Decoded> decoded) {
        return Objects.requireNonNull(scorer).score(raws, decoded, states::of);
    }

    @Override
    public void close() {
        if (scorer != null) {
            scorer.close();
        }
    }
}
