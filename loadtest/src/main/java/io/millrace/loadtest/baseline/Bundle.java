package io.millrace.loadtest.baseline;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records that the model is run for at once, by someone who cares for speed: a streaming parser, a reused direct
 * buffer of {@code [rows, features]}. Not thread-safe.
 */
final class Bundle {

    static final int MOST_RECORDS = 1000;

    private static final JsonFactory JSON = new JsonFactory();

    private final Arguments arguments;
    private final OrtSession session;
    private final int features;
    private final FloatBuffer rows;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(MOST_RECORDS);
    private final long[] times = new long[MOST_RECORDS];

    Bundle(Arguments arguments) throws OrtException {
        this.arguments = arguments;
        this.session = Sessions.open(arguments);
        this.features = arguments.number("features");
        this.rows = ByteBuffer.allocateDirect(MOST_RECORDS * features * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Takes a record, of at most {@link #MOST_RECORDS}; hands on its dead letter if it is no good. */
    void add(ConsumerRecord<byte[], byte[]> record, Consumer<ProducerRecord<byte[], byte[]>> out) {
        long time = parse(record.value(), records.size() * features);
        if (time < 0) {
            out.accept(deadLetter(record));
        } else {
            times[records.size()] = time;
            records.add(record);
        }
    }

    boolean isFull() {
        return records.size() == MOST_RECORDS;
    }

    /** Runs the model, hands on the predictions in the records' order, and is empty again. */
    void score(Consumer<ProducerRecord<byte[], byte[]>> out) throws OrtException {
        if (records.isEmpty()) {
            return;
        }
        FloatBuffer input = rows.slice(0, records.size() * features);
        try (OnnxTensor tensor = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), input, new long[] {records.size(), features});
                OrtSession.Result result = session.run(Map.of("features", tensor))) {
            FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] scores = new float[output.remaining() / records.size()];
            for (int i = 0; i < records.size(); i++) {
                ConsumerRecord<byte[], byte[]> from = records.get(i);
                output.get(scores);
                byte[] prediction = Prediction.write(
                        arguments, from.key(), times[i], scores, from.topic(), from.partition(), from.offset());
                out.accept(new ProducerRecord<>(arguments.get("predictions"), from.key(), prediction));
            }
        }
        records.clear();
    }

    private ProducerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> from) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(arguments.get("dead-letters"), from.key(), from.value());
        record.headers().add("millrace-partition", text(from.partition()));
        record.headers().add("millrace-offset", text(from.offset()));
        return record;
    }

    private static byte[] text(long number) {
        return String.valueOf(number).getBytes(StandardCharsets.UTF_8);
    }

    /** Puts the features {@code f0}… into the rows from {@code at}; the event time, or -1 if the record is no good. */
    private long parse(byte[] json, int at) {
        long time = -1;
        int found = 0;
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("ts")) {
                    time = parser.getLongValue();
                } else if (name.equals("values")) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        found += put(at, found, parser.getFloatValue());
                    }
                } else if (name.startsWith("f")) {
                    found += put(at, Integer.parseInt(name, 1, name.length(), 10), parser.getFloatValue());
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
        return found == features ? time : -1;
    }

    private int put(int at, int feature, float value) {
        if (feature >= features) {
            return 0; // more than the model takes
        }
        rows.put(at + feature, value);
        return 1;
    }
}
