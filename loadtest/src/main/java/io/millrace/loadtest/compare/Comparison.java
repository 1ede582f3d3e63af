package io.millrace.loadtest.compare;

import io.millrace.loadtest.generate.Fleet;
import io.millrace.loadtest.generate.Generator;
import io.millrace.loadtest.generate.KafkaSink;
import io.millrace.loadtest.generate.Load;
import io.millrace.loadtest.generate.Ticker;
import io.millrace.loadtest.pipeline.Contestant;
import io.millrace.loadtest.pipeline.Job;
import io.millrace.loadtest.pipeline.Model;
import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.process.Topics;
import io.millrace.loadtest.schedule.Arrivals;
import io.millrace.loadtest.schedule.RateProfile;
import io.millrace.loadtest.verify.Ledger;
import io.millrace.loadtest.verify.Outputs;
import io.millrace.loadtest.verify.TopicVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * Fills a topic once and lets every contestant drain it in every round, each time under a new id into new topics. The
 * order is rotated from round to round, so that a machine that slows down slows everybody down.
 */
final class Comparison {

    /** Everything is due at once: how fast the backlog is written is nobody's measure. */
    private static final double AT_ONCE = 1e8;

    private static final long SEED = 42;

    /**
     * What is compared.
     *
     * @param command starts Millrace; empty for the launcher
     */
    record Plan(
            List<Contestant> contestants,
            int rounds,
            long records,
            int partitions,
            int devices,
            boolean exactlyOnce,
            long commitMillis,
            int threads,
            String heap,
            String command,
            Map<String, String> kafka) {
        Plan {
            if (contestants.isEmpty()) {
                throw new IllegalArgumentException("--contestants must name at least one, got none");
            }
            if (rounds < 1 || rounds > 1000) {
                throw new IllegalArgumentException("--rounds must be between 1 and 1000, got: " + rounds);
            }
            if (records < 1000 || records > 1_000_000_000) {
                throw new IllegalArgumentException("--records must be between 1000 and 1000000000, got: " + records);
            }
        }
    }

    private final Plan plan;
    private final Model model;
    private final Broker broker;
    private final Path folder;
    private final Consumer<String> progress;
    private final Map<String, String> client;
    private final Admin admin;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final String source;

    Comparison(Plan plan, Model model, Broker broker, Path folder, Consumer<String> progress) {
        this.plan = plan;
        this.model = model;
        this.broker = broker;
        this.folder = folder;
        this.progress = progress;
        this.client = Map.of("bootstrap.servers", broker.bootstrapServers());
        Properties properties = new Properties();
        properties.putAll(client);
        this.admin = Admin.create(properties);
        this.source = "compare-" + run + "-" + model.label();
    }

    List<Standing> standings() throws InterruptedException, IOException, ExecutionException {
        try (admin) {
            fill();
            return rounds();
        }
    }

    private List<Standing> rounds() throws InterruptedException, IOException, ExecutionException {
        Map<Contestant, List<Drain>> drains = new EnumMap<>(Contestant.class);
        Map<Contestant, List<String>> faults = new EnumMap<>(Contestant.class);
        List<Contestant> order = new ArrayList<>(plan.contestants());
        warmUp(order.get(order.size() - 1));
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Contestant contestant : order) {
                Job job = job(contestant, round);
                Drain drain = drain(contestant, job);
                drains.computeIfAbsent(contestant, c -> new ArrayList<>()).add(drain);
                progress.accept(String.format(
                        "round %d/%d %-12s %,10.0f records/s %6.2f µs CPU/record",
                        round, plan.rounds(), contestant.label(), drain.rate(), drain.cpuNanos() / 1000));
                if (round == 1) {
                    faults.put(contestant, verify(contestant, job));
                }
                delete(List.of(job.predictions(), job.deadLetters(), job.alerts()));
            }
            Collections.rotate(order, 1);
        }
        delete(List.of(source));
        return plan.contestants().stream()
                .map(contestant -> new Standing(
                        contestant,
                        drains.getOrDefault(contestant, List.of()),
                        faults.getOrDefault(contestant, List.of())))
                .toList();
    }

    /** One drain that does not count: the first on a fresh broker would pay for its compilation. */
    private void warmUp(Contestant contestant) throws InterruptedException, IOException, ExecutionException {
        Job job = job(contestant, 0);
        drain(contestant, job);
        delete(List.of(job.predictions(), job.deadLetters(), job.alerts()));
    }

    private void fill() throws InterruptedException {
        Topics.ensure(client, List.of(source), plan.partitions());
        long nanos = (long) Math.ceil(plan.records() / AT_ONCE * 1e9);
        Load load = new Load(
                Arrivals.even(RateProfile.constant(plan.records() * 1e9 / nanos, nanos)),
                0,
                Fleet.uniform(plan.devices(), SEED),
                model.features(),
                0,
                0,
                1,
                SEED);
        Ledger ledger = new Ledger();
        new Generator(load, Ticker.system(), () -> new KafkaSink(client, source, ledger))
                .run(System.nanoTime(), System.currentTimeMillis());
        if (ledger.sent() != plan.records()) {
            throw new IllegalStateException(
                    "the backlog must hold " + plan.records() + " records, got: " + ledger.sent());
        }
        progress.accept(String.format("%s: a backlog of %,d records", model.label(), plan.records()));
    }

    private Drain drain(Contestant contestant, Job job) throws InterruptedException, IOException, ExecutionException {
        List<String> outputs = List.of(job.predictions(), job.deadLetters());
        Topics.ensure(client, List.of(job.predictions(), job.deadLetters(), job.alerts()), plan.partitions());
        try (ChildProcess process = contestant.start(job, plan.command())) {
            return Drain.watch(
                    admin,
                    outputs,
                    plan.partitions(),
                    plan.records(),
                    process,
                    broker.process().orElse(null));
        }
    }

    private List<String> verify(Contestant contestant, Job job) {
        TopicVerifier verifier = contestant.namesItsSource()
                ? TopicVerifier.byCoordinates(client)
                : TopicVerifier.bySequence(client, "/seq", Load.FIRST_SEQUENCE);
        return verifier.verify(source, new Outputs(job.predictions(), job.deadLetters(), null))
                .verdict()
                .faults(!plan.exactlyOnce());
    }

    private Job job(Contestant contestant, int round) {
        String id = "compare-" + run + "-" + model.label() + "-" + contestant.label() + "-" + round;
        return new Job(
                id,
                broker.bootstrapServers(),
                source,
                id + "-predictions",
                id + "-alerts",
                id + "-dead-letters",
                model,
                plan.exactlyOnce(),
                plan.commitMillis(),
                plan.threads(),
                plan.heap(),
                "",
                0,
                folder.resolve(id),
                plan.kafka());
    }

    private void delete(List<String> topics) throws InterruptedException, ExecutionException {
        admin.deleteTopics(topics).all().get();
    }
}
