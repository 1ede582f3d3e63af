package io.millrace.loadtest.baseline;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** Kafka Streams as it is usually done: each record is parsed into a tree and the model is run for it alone. */
final class NaiveStreams implements Processor<byte[], byte[], byte[], byte[]> {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STORE = "past";
    private static final String STATELESS = "NONE";
    private static final float[] NO_SCORES = {};

    private final Arguments arguments;
    private final OrtSession session;
    private final String[] fields;
    private final boolean array;
    private ProcessorContext<byte[], byte[]> context;
    private @Nullable DevicePast past;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process
    NaiveStreams(Arguments arguments, OrtSession session) {
        this.arguments = arguments;
        this.session = session;
        this.array = arguments.get("layout").equals("ARRAY");
        this.fields = IntStream.range(0, arguments.number("features"))
                .mapToObj(i -> "f" + i)
                .toArray(String[]::new);
    }

    public static void main(String[] args) throws InterruptedException, OrtException {
        Arguments arguments = new Arguments(args);
        OrtSession session = Sessions.open(arguments);
        Topology topology = new Topology();
        topology.addSource("source", arguments.get("source"));
        topology.addProcessor("score", () -> new NaiveStreams(arguments, session), "source");
        if (!arguments.get("past").equals(STATELESS)) {
            topology.addStateStore(
                    Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray()),
                    "score");
        }
        topology.addSink("predictions", arguments.get("predictions"), "score");
        topology.addSink("dead-letters", arguments.get("dead-letters"), "score");
        Streams.run(topology, arguments);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        this.context = processorContext;
        String kind = arguments.get("past");
        this.past = kind.equals(STATELESS) ? null : new DevicePast(kind, processorContext.getStateStore(STORE));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata from = context.recordMetadata().orElseThrow();
        float[] row;
        long time;
        try {
            JsonNode event = JSON.readTree(record.value());
            time = event.required("ts").asLong();
            row = row(event);
        } catch (IOException | IllegalArgumentException e) {
            context.forward(deadLetter(record, from), "dead-letters");
            return;
        }
        float[] scores = past == null
                ? score(Map.of("features", new float[][] {row}), record.key())
                : score(past.inputs(record.key(), row, time), record.key());
        byte[] prediction =
                Prediction.write(arguments, record.key(), time, scores, from.topic(), from.partition(), from.offset());
        context.forward(record.withValue(prediction), "predictions");
    }

    private float[] row(JsonNode event) {
        float[] row = new float[fields.length];
        JsonNode values = array ? event.required("values") : event;
        for (int i = 0; i < row.length; i++) {
            JsonNode value = array ? values.required(i) : values.required(fields[i]);
            if (!value.isNumber()) {
                throw new IllegalArgumentException(fields[i] + " must be a number, got: " + value);
            }
            row[i] = value.floatValue();
        }
        return row;
    }

    private float[] score(@Nullable Map<String, Object> inputs, byte[] device) {
        if (inputs == null) {
            return NO_SCORES;
        }
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Map.Entry<String, Object> input : inputs.entrySet()) {
                tensors.put(input.getKey(), OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), input.getValue()));
            }
            try (OrtSession.Result result = session.run(tensors)) {
                if (past != null && result.size() > 1) {
                    past.keep(
                            device,
                            ((float[][]) result.get("hidden_out").orElseThrow().getValue())[0]);
                }
                return ((float[][]) result.get("score").orElseThrow().getValue())[0];
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the model must score a row: " + e.getMessage(), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private static Record<byte[], byte[]> deadLetter(Record<byte[], byte[]> record, RecordMetadata from) {
        record.headers().add("millrace-partition", text(from.partition()));
        record.headers().add("millrace-offset", text(from.offset()));
        return record;
    }

    private static byte[] text(long number) {
        return String.valueOf(number).getBytes(StandardCharsets.UTF_8);
    }
}
