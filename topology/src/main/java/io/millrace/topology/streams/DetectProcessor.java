package io.millrace.topology.streams;

import io.millrace.topology.emit.PredictionWriter;
import io.millrace.topology.score.Outcome.Prediction;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Gives each prediction the scores that the detectors make of it, in the order of the records, and writes it. An event
 * that could not be judged moves no detector.
 */
final class DetectProcessor implements Processor<byte[], Turn, byte[], Turn> {
    private final TaskDetectors detectors;
    private final PredictionWriter writer;
    private @Nullable ProcessorContext<byte[], Turn> context;

    DetectProcessor(TaskDetectors detectors, PredictionWriter writer) {
        this.detectors = detectors;
        this.writer = writer;
    }

    @Override
    public void init(ProcessorContext<byte[], Turn> initialised) {
        context = initialised;
        detectors.open(initialised);
    }

    @Override
    public void process(Record<byte[], Turn> record) {
        Turn turn = record.value();
        News news = turn.news();
        if (news != null && news.kind() == News.Kind.RETIRED) {
            detectors.remove(news.device());
        }
        while (turn.detected() < turn.finished()) {
            turn.detect(this::detect);
        }
        Objects.requireNonNull(context).forward(record);
    }

    private Finished detect(Finished scored) {
        return scored.outcome() instanceof Prediction prediction && prediction.insufficient() == null
                ? FinishingCodec.finish(scored.raw(), detectors.judge(prediction), writer)
                : FinishingCodec.finish(scored.raw(), scored.outcome(), writer);
    }
}
