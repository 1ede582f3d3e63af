package io.millrace.deploy.cli;

import io.millrace.connectors.broker.BrokerException;
import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace broker}. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        header = "Runs the embedded Kafka broker alone until it is stopped.",
        description = "One node, for tests and edge gateways. Prints bootstrap.servers=HOST:PORT when it is ready.")
final class BrokerCommand implements Callable<Integer> {
    private static final int TICK_MS = 200;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "millrace-data/broker",
            description = "Where its data is kept (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path data;

    @Option(
            names = {"--listen", "--port"},
            paramLabel = "[HOST:]PORT",
            defaultValue = "9092",
            converter = Addresses.class,
            description = "Where it listens; port 0 takes a free one (default: 127.0.0.1:${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private InetSocketAddress listen;

    @Option(
            names = "--property",
            paramLabel = "KEY=VALUE",
            description = "A property of the broker; may be given several times.")
    private Map<String, String> properties = Map.of();

    @Override
    public Integer call() throws Exception {
        try (StopSignal stop = new StopSignal();
                EmbeddedBroker broker = EmbeddedBroker.start(options())) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("bootstrap.servers=" + broker.bootstrapServers());
            out.flush();
            while (!stop.isAsked()) {
                Optional<BrokerException> fault = broker.fault();
                if (fault.isPresent()) {
                    throw fault.get();
                }
                Thread.sleep(TICK_MS);
            }
        }
        return ExitCode.OK;
    }

    private BrokerOptions options() {
        try {
            return BrokerOptions.in(data)
                    .withHost(listen.getHostString())
                    .withPort(listen.getPort())
                    .withProperties(properties);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
