package io.millrace.connectors.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordsTest {
    /** A map without order had begun partitions anew in another process: Kafka Connect looks positions up by bytes. */
    @Test
    void positionsAreKeptUnderTheSameBytesInEveryProcess() {
        assertThat(Records.partition("localhost/pumps", "$Default", "7"))
                .hasToString("{group=$Default, hub=localhost/pumps, partition=7}");
    }
}
