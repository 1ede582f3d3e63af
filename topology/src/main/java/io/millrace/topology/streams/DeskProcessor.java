package io.millrace.topology.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.desk.AlertDesk;
import io.millrace.topology.desk.Control;
import io.millrace.topology.desk.Notice;
import io.millrace.topology.desk.Report;
import io.millrace.topology.emit.DeadLetters;
import io.millrace.topology.emit.NoticeWriter;
import io.millrace.topology.emit.OutRecord;
import io.millrace.topology.ingest.RawEvent;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the reports of all tasks and the operators' controls, and writes the alerts topic. There is one partition of
 * either, hence one of it: what it counts, it counts over the whole pipeline, and a key's records keep their order.
 */
final class DeskProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    /** A report's value that says nothing but that a backlog is being worked off. */
    static final byte[] BUSY = {};

    private final String pipeline;
    private final AlertingConfig config;
    private final String controlsTopic;
    private final NoticeWriter writer;
    private final Control.Reader controls = new Control.Reader();
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<Bytes, byte[]> store;
    private @Nullable AlertDesk desk;

    private @Nullable Header trace;
    private String tracedKey = "";
    private long timestampMs;

    DeskProcessor(String pipeline, AlertingConfig config, String controlsTopic) {
        this.pipeline = pipeline;
        this.config = config;
        this.controlsTopic = controlsTopic;
        this.writer = new NoticeWriter(pipeline);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> initialised) {
        context = initialised;
        store = initialised.getStateStore(PipelineTopology.DESK_STORE);
        load();
        initialised.schedule(TaskAlerts.TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    private void load() {
        AlertDesk fresh = new AlertDesk(pipeline, config, new Output());
        try (KeyValueIterator<Bytes, byte[]> all = Objects.requireNonNull(store).all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                fresh.load(new String(entry.key.get(), UTF_8), entry.value);
            }
        }
        fresh.loaded();
        desk = fresh;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        ProcessorContext<byte[], byte[]> forward = Objects.requireNonNull(context);
        long now = forward.currentSystemTimeMs();
        timestampMs = record.timestamp();
        String topic = forward.recordMetadata().map(RecordMetadata::topic).orElse("");
        AlertDesk at = Objects.requireNonNull(desk);
        if (topic.equals(controlsTopic)) {
            trace = null;
            controls.read(record.key(), record.value(), record.timestamp())
                    .ifPresentOrElse(control -> attempt(() -> at.control(control, now)), () -> refuse(record));
        } else if (record.value().length == 0) {
            at.busy(now);
        } else {
            Report report = Report.decode(record.value());
            trace = record.headers().lastHeader(DecideProcessor.TRACE_PARENT);
            tracedKey = report.key();
            attempt(() -> at.report(report, now));
        }
    }

    private void tick(long now) {
        trace = null;
        timestampMs = now;
        attempt(() -> Objects.requireNonNull(desk).tick(now));
    }

    /** What cannot be sent may be tried again: then the desk must not have gone on. */
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            load();
            throw e;
        }
    }

    private void refuse(Record<byte[], byte[]> record) {
        RawEvent raw =
                SourceHeaders.rawEvent(record, Objects.requireNonNull(context).recordMetadata());
        OutRecord letter =
                DeadLetters.write(raw, new Rejected("control", Reason.MALFORMED, null, Control.Reader.problem()));
        send(letter, new RecordHeaders(record.headers()), PipelineTopology.DESK_DEAD_LETTERS);
    }

    private void send(OutRecord out, Headers headers, String child) {
        for (OutRecord.Attribute attribute : out.attributes()) {
            headers.add(new RecordHeader(attribute.name(), attribute.value()));
        }
        Objects.requireNonNull(context).forward(new Record<>(out.key(), out.value(), timestampMs, headers), child);
    }

    private final class Output implements AlertDesk.Output {
        @Override
        public void store(String key, byte @Nullable [] value) {
            Objects.requireNonNull(store).put(Bytes.wrap(key.getBytes(UTF_8)), value);
        }

        @Override
        public void send(Notice notice) {
            Headers headers = new RecordHeaders();
            if (trace != null && notice.key().equals(tracedKey)) {
                headers.add(trace);
            }
            DeskProcessor.this.send(writer.write(notice), headers, PipelineTopology.ALERTS);
        }

        @Override
        public byte[] storm(
                String rule,
                String group,
                boolean open,
                String severity,
                int count,
                int children,
                long sinceMs,
                long timeMs) {
            return writer.storm(rule, group, open, severity, count, children, sinceMs, timeMs);
        }

        @Override
        public byte[] summary(long raised, long cleared, long open, long fromMs, long untilMs, long timeMs) {
            return writer.summary(raised, cleared, open, fromMs, untilMs, timeMs);
        }
    }
}
