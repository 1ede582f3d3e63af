package io.millrace.topology.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.config.RegistryConfig;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.emit.DeadLetters;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.key.AmqpText;
import io.millrace.topology.key.DeviceKey;
import io.millrace.topology.twin.TwinDocument;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads the registry's topics, whatever their partitions are, and sends what they tell of a device on to the task that has
 * the device's state. What says nothing that can be understood becomes a dead letter.
 */
final class NewsProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final String STAGE = "registry";
    private static final String OPERATION = "opType"; // as IoT Hub calls it
    private static final String REPLACED = "replaceTwin";
    private static final byte[] NOTHING = {};

    private final RegistryConfig config;
    private @Nullable ProcessorContext<byte[], byte[]> context;

    NewsProcessor(RegistryConfig config) {
        this.config = config;
    }

    /**
     * A twin is what is known now, and comes before all telemetry that waits; a device is retired when it was, so that its
     * telemetry of before comes before.
     */
    static long timestamp(RegistryConfig config, ConsumerRecord<Object, Object> record, long partitionTime) {
        boolean retired = config.retired().filter(record.topic()::equals).isPresent();
        return retired ? PipelineTopology.timestamp(record, partitionTime) : 0;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> initialised) {
        context = initialised;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        byte[] key = record.key();
        if (key == null || key.length == 0 || key.length > DeviceKey.MAX_BYTES) {
            refuse(
                    record,
                    Reason.NO_DEVICE,
                    "the key must name a device in 1 to " + DeviceKey.MAX_BYTES + " bytes, got: "
                            + (key == null ? "none" : key.length));
            return;
        }
        String topic = context().recordMetadata().map(RecordMetadata::topic).orElse("");
        byte[] value = record.value();
        if (config.retired().filter(topic::equals).isPresent()) {
            if (value == null || value.length == 0) {
                forward(record, new News(News.Kind.RETIRED, key, NOTHING));
            }
        } else if (value == null || value.length == 0) {
            forward(record, new News(News.Kind.TWIN_GONE, key, NOTHING));
        } else {
            twin(record, config.twins().filter(topic::equals).isPresent());
        }
    }

    private void twin(Record<byte[], byte[]> record, boolean whole) {
        byte[] twin = TwinDocument.trim(record.value());
        if (twin == null) {
            refuse(record, Reason.MALFORMED, "a twin must be a JSON object, got: something else");
        } else if (twin.length > TwinDocument.MAX_BYTES) {
            refuse(
                    record,
                    Reason.TOO_LARGE,
                    "a twin must have at most " + TwinDocument.MAX_BYTES + " bytes, got: " + twin.length);
        } else {
            News.Kind kind = whole ? News.Kind.TWIN : changes(record.headers().lastHeader(OPERATION));
            forward(record, new News(kind, record.key(), twin));
        }
    }

    private static News.Kind changes(@Nullable Header operation) {
        byte[] said = operation == null ? null : operation.value();
        boolean replaced = said != null && REPLACED.equals(new String(AmqpText.decode(said), UTF_8));
        return replaced ? News.Kind.TWIN_REPLACED : News.Kind.TWIN_CHANGED;
    }

    private void forward(Record<byte[], byte[]> record, News news) {
        context().forward(new Record<>(news.device(), news.value(), record.timestamp()), PipelineTopology.NEWS);
    }

    private void refuse(Record<byte[], byte[]> record, Reason reason, String detail) {
        RawEvent raw = SourceHeaders.rawEvent(record, context().recordMetadata());
        DeadLetters.write(raw, new Rejected(STAGE, reason, null, detail))
                .attributes()
                .forEach(attribute -> record.headers().add(new RecordHeader(attribute.name(), attribute.value())));
        context()
                .forward(record.withTimestamp(context().currentSystemTimeMs()), PipelineTopology.REGISTRY_DEAD_LETTERS);
    }

    private ProcessorContext<byte[], byte[]> context() {
        return Objects.requireNonNull(context);
    }
}
