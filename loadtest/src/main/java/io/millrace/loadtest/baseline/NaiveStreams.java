package io.millrace.loadtest.baseline;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Kafka Streams as it is usually done: each record is parsed into a tree and the model is run for it alone. */
final class NaiveStreams implements Processor<byte[], byte[], byte[], byte[]> {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Arguments arguments;
    private final OrtSession session;
    private final String[] fields;
    private ProcessorContext<byte[], byte[]> context;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process
    NaiveStreams(Arguments arguments, OrtSession session) {
        this.arguments = arguments;
        this.session = session;
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
        topology.addSink("predictions", arguments.get("predictions"), "score");
        topology.addSink("dead-letters", arguments.get("dead-letters"), "score");
        Streams.run(topology, arguments);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        this.context = processorContext;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata from = context.recordMetadata().orElseThrow();
        float[] row = new float[fields.length];
        long time;
        try {
            JsonNode event = JSON.readTree(record.value());
            time = event.required("ts").asLong();
            for (int i = 0; i < row.length; i++) {
                JsonNode value = event.required(fields[i]);
                if (!value.isNumber()) {
                    throw new IllegalArgumentException(fields[i] + " must be a number, got: " + value);
                }
                row[i] = value.floatValue();
            }
        } catch (IOException | IllegalArgumentException e) {
            context.forward(deadLetter(record, from), "dead-letters");
            return;
        }
        byte[] prediction = Prediction.write(
                arguments, record.key(), time, score(row), from.topic(), from.partition(), from.offset());
        context.forward(record.withValue(prediction), "predictions");
    }

    private float[] score(float[] row) {
        try (OnnxTensor input = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), new float[][] {row});
                OrtSession.Result result = session.run(Map.of("features", input))) {
            return ((float[][]) result.get(0).getValue())[0];
        } catch (OrtException e) {
            throw new IllegalStateException("the model must score a row: " + e.getMessage(), e);
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
