package io.millrace.loadtest.baseline;

import ai.onnxruntime.OrtException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.NullUnmarked;

/**
 * Collects records and runs the model once for them ({@link Bundle}): when there are enough, after a few milliseconds,
 * and before each checkpoint's barrier passes, so that nothing is held back across one. This is how Flink's own SQL
 * runtime bundles ({@code AbstractMapBundleOperator}).
 */
@NullUnmarked // Flink sets the operator up after it was sent where it runs
final class ScoreBundles extends AbstractStreamOperator<ProducerRecord<byte[], byte[]>>
        implements OneInputStreamOperator<ConsumerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>>,
                BoundedOneInput {

    private static final long serialVersionUID = 1;
    private static final long LONGEST_MILLIS = 5;

    private final String[] args;
    private transient Bundle bundle;
    private transient StreamRecord<ProducerRecord<byte[], byte[]>> reused;
    private transient boolean timerSet;

    ScoreBundles(String[] args) {
        this.args = args.clone();
    }

    @Override
    public void open() throws Exception {
        super.open();
        bundle = new Bundle(new Arguments(args));
        reused = new StreamRecord<>(null);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what a timer throws fails the task
    public void processElement(StreamRecord<ConsumerRecord<byte[], byte[]>> element) throws OrtException {
        bundle.add(element.getValue(), this::emit);
        if (bundle.isFull()) {
            bundle.score(this::emit);
        } else if (!timerSet) {
            timerSet = true;
            getProcessingTimeService()
                    .registerTimer(getProcessingTimeService().getCurrentProcessingTime() + LONGEST_MILLIS, now -> {
                        timerSet = false;
                        bundle.score(this::emit);
                    });
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws OrtException {
        bundle.score(this::emit);
    }

    @Override
    public void endInput() throws OrtException {
        bundle.score(this::emit);
    }

    private void emit(ProducerRecord<byte[], byte[]> record) {
        output.collect(reused.replace(record));
    }
}
