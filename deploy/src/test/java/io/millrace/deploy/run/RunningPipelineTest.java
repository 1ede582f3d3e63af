package io.millrace.deploy.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.broker.TopicSpec;
import io.millrace.scorers.DeviceException;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.PipelineReader;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

final class RunningPipelineTest {
    /** The chains that Kafka Streams 4.3.1 ends a thread with when a broker stands still during a transaction. */
    @Test
    void brokersThatDidNotAnswerAreAnOutage() {
        Throwable expired = new TimeoutException("Expiring 8 record(s)");
        Throwable aborted = new TransactionAbortableException("aborted after exhausting retries", expired);
        Throwable commit = new StreamsException("Error encountered trying to commit", new KafkaException(aborted));

        assertThat(RunningPipeline.isOutage(commit)).isTrue();
        assertThat(RunningPipeline.isOutage(new StreamsException(expired))).isTrue();
        assertThat(RunningPipeline.isOutage(new StreamsException(new KafkaException(
                        "cannot execute transactional method", new KafkaException("no acknowledgment")))))
                .isTrue();
    }

    @Test
    void aServerThatDoesNotScoreIsAnOutageButABrokenDeviceIsNot() {
        Throwable cause = new IllegalStateException();

        assertThat(RunningPipeline.isOutage(new StreamsException(new DeviceException("away", true, cause))))
                .isTrue();
        assertThat(RunningPipeline.isOutage(new StreamsException(new DeviceException("on fire", false, cause))))
                .isFalse();
    }

    @Test
    void severalDesksAreRefusedAndTheRegistrysTopicsAreMade() throws Exception {
        String yaml = """
                pipeline: p
                model: {uri: m.onnx, inputs: {x: [/a]}}
                registry: {twins: t, changes: c, retired: r, properties: {site: /tags/site}}
                """;
        String alerts = "alerts: [{name: a, when: s > 1}]";
        PipelineConfig none = PipelineReader.read("p.yaml", yaml, name -> null);
        PipelineConfig some = PipelineReader.read("p.yaml", yaml + alerts, name -> null);

        assertThat(RunningPipeline.topics(none))
                .contains(TopicSpec.compacted("alert-controls", 1), TopicSpec.compacted("t", 1))
                .contains(TopicSpec.of("c", 1), TopicSpec.of("r", 1));
        assertThat(RunningPipeline.topics(some))
                .contains(TopicSpec.compacted("alert-controls", 1).exact());
    }

    @Test
    void whatANewThreadWouldMeetAgainIsNoOutage() {
        assertThat(RunningPipeline.isOutage(
                        new StreamsException(new KafkaException(new RecordTooLargeException("big")))))
                .isFalse();
        assertThat(RunningPipeline.isOutage(new IllegalStateException("a bug"))).isFalse();
    }
}
