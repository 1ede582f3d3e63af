package io.millrace.loadtest.baseline;

import org.apache.kafka.streams.Topology;

/** Kafka Streams that copies bytes from topic to topic. */
final class PassThrough {

    private PassThrough() {}

    public static void main(String[] args) throws InterruptedException {
        Arguments arguments = new Arguments(args);
        Topology topology = new Topology();
        topology.addSource("source", arguments.get("source"));
        topology.addSink("predictions", arguments.get("predictions"), "source");
        Streams.run(topology, arguments);
    }
}
