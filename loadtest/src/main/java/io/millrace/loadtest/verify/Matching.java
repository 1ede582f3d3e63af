package io.millrace.loadtest.verify;

import java.util.Map;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How outputs are matched with the records they came from. Closed by the {@link Receiver} that uses it. Not thread-safe. */
public final class Matching implements AutoCloseable {

    final Position.Reader sources;
    final Position.Reader predictions;
    final Position.Reader deadLetters;
    final ToIntFunction<byte[]> devices;
    private final Runnable held;

    private Matching(
            Position.Reader sources,
            Position.Reader predictions,
            Position.Reader deadLetters,
            ToIntFunction<byte[]> devices,
            Runnable held) {
        this.sources = sources;
        this.predictions = predictions;
        this.deadLetters = deadLetters;
        this.devices = devices;
        this.held = held;
    }

    /**
     * By the source coordinates that Millrace writes into everything it emits.
     *
     * @param devices numbers device keys
     */
    public static Matching byCoordinates(ToIntFunction<byte[]> devices) {
        return new Matching(Matching::ownCoordinates, new SourceInValue(), new SourceInHeaders(), devices, () -> {});
    }

    /**
     * By record key and a sequence number within the JSON value of inputs, predictions and dead letters alike.
     *
     * @param pointer where the number is, such as {@code /seq}
     * @param first each device's first number
     * @param devices numbers device keys
     */
    public static Matching bySequence(String pointer, long first, ToIntFunction<byte[]> devices) {
        Position.Reader reader = new SequenceInValue(pointer, first, devices);
        return new Matching(reader, reader, reader, devices, () -> {});
    }

    /**
     * By device and sequence number, which the source topic holds at the coordinates that Millrace writes: for a topic
     * that a connector fills with named records.
     *
     * @param devices numbers device keys
     */
    public static Matching throughSource(Map<String, String> client, String topic, ToIntFunction<byte[]> devices) {
        SourceTopic source = new SourceTopic(client, topic);
        return new Matching(
                Matching::ownCoordinates,
                source.through(new SourceInValue()),
                source.through(new SourceInHeaders()),
                devices,
                source::close);
    }

    @Override
    public void close() {
        held.run();
    }

    private static boolean ownCoordinates(ConsumerRecord<byte[], byte[]> record, Position into) {
        into.set(record.partition(), record.offset());
        return true;
    }
}
