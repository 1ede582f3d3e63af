package io.millrace.topology.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether telemetry is partitioned as Kafka's own clients do it, which is where news of a device goes. A producer
 * on another library may hash otherwise; then a device's news would never meet its telemetry. Says so once a task.
 */
final class PartitionCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionCheck.class);

    private final int partitions;
    private boolean told;

    PartitionCheck(int partitions) {
        this.partitions = partitions;
    }

    void see(byte[] device, int partition) {
        if (told) {
            return;
        }
        int home = Utils.toPositive(Utils.murmur2(device)) % partitions;
        if (home != partition) {
            told = true;
            LOG.warn(
                    "telemetry must be in the partition to which Kafka's own clients hash its device, else the registry"
                            + " does not reach it: set source.repartition to true. device={} must be in {}, is in {}",
                    new String(device, UTF_8),
                    home,
                    partition);
        }
    }
}
