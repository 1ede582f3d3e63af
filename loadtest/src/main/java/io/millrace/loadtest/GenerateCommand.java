package io.millrace.loadtest;

import io.millrace.loadtest.generate.EventHub;
import io.millrace.loadtest.generate.Generated;
import io.millrace.loadtest.generate.Generator;
import io.millrace.loadtest.generate.KafkaSink;
import io.millrace.loadtest.generate.Layout;
import io.millrace.loadtest.generate.Load;
import io.millrace.loadtest.generate.Outlet;
import io.millrace.loadtest.generate.Ticker;
import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.BrokerOptions;
import io.millrace.loadtest.process.Scratch;
import io.millrace.loadtest.process.Topics;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.scenario.ScenarioOptions;
import io.millrace.loadtest.verify.Ledger;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The generator alone: what it can do, or a topic full of records for somebody else. */
@Command(
        name = "generate",
        description = "Sends the load of a scenario, and nothing more.",
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {

    private static final int INVALID = 3;
    /** Producers have no id of their own yet when they are opened. */
    private static final long LEAD = 500_000_000;

    @Mixin
    private ScenarioOptions options = new ScenarioOptions();

    @Mixin
    private BrokerOptions kafka = new BrokerOptions();

    @Override
    public Integer call() throws Exception {
        Scenario scenario = options.scenario();
        if (scenario.output().toHub()) {
            return generate(scenario, EventHub.open(scenario.output().eventHub(), System::getenv));
        }
        try (Scratch scratch = Scratch.make();
                Broker broker = kafka.open(scratch.folder())) {
            Map<String, String> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            String topic = scenario.topics().source();
            Topics.ensure(client, List.of(topic), scenario.topics().partitions());
            return scratch.end(generate(scenario, journal -> new KafkaSink(client, topic, journal)));
        }
    }

    private static int generate(Scenario scenario, Outlet outlet) throws IOException, InterruptedException {
        Ledger ledger = new Ledger();
        Load load = scenario.toLoad(scenario.fleet().fleet(), Layout.FIELDS, 16);
        Generator generator = new Generator(load, Ticker.system(), () -> outlet.open(ledger));
        Generated done = generator.run(System.nanoTime() + LEAD, System.currentTimeMillis() + LEAD / 1_000_000);
        return report(scenario, done, ledger);
    }

    private static int report(Scenario scenario, Generated done, Ledger ledger) {
        long acknowledged = ledger.sent();
        Histogram delay = done.scheduleDelay();
        System.out.printf(
                "%d records handed over, %d acknowledged, %d malformed, %.0f records/s%n",
                done.records(), acknowledged, done.malformed(), done.rate());
        System.out.printf(
                "schedule delay: p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms, max %.3f ms%n",
                delay.getValueAtPercentile(50) / 1e6,
                delay.getValueAtPercentile(99) / 1e6,
                delay.getValueAtPercentile(99.9) / 1e6,
                delay.getMaxValue() / 1e6);
        ledger.firstFailure().ifPresent(cause -> System.out.println("not taken in: " + cause.getMessage()));
        Optional<String> invalid = done.invalid(scenario.limits().scheduleDelay());
        invalid.ifPresent(reason -> System.out.println("INVALID: " + reason));
        return invalid.isPresent() || acknowledged < done.records() ? INVALID : 0;
    }
}
