package io.millrace.loadtest.process;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Kafka to use. */
public final class BrokerOptions {

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka to use; without it, one is started for the run.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--broker-command",
            defaultValue = "",
            paramLabel = "COMMAND",
            description = "Starts a Kafka, given --data DIR --listen PORT (default: millrace broker).")
    private String brokerCommand = "";

    /**
     * The broker that the flags ask for.
     *
     * @param folder for a broker's data and log
     */
    public Broker open(Path folder) throws InterruptedException {
        return bootstrapServers == null ? Broker.start(brokerCommand, folder) : Broker.at(bootstrapServers);
    }
}
