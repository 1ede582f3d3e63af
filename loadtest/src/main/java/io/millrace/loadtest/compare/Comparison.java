package io.millrace.loadtest.compare;

import io.millrace.loadtest.generate.Fleet;
import io.millrace.loadtest.generate.Generator;
import io.millrace.loadtest.generate.KafkaSink;
import io.millrace.loadtest.generate.Load;
import io.millrace.loadtest.generate.Ticker;
import io.millrace.loadtest.pipeline.Contestant;
import io.millrace.loadtest.pipeline.Job;
import io.millrace.loadtest.process.Broker;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * One case, over all rounds. In each round a backlog is written while all contestants stand still, and then each
 * drains it in its turn, alone. The order is rotated from round to round, so that a machine that slows down slows
 * everybody down. The first round's output is verified record by record.
 */
final class Comparison {

    /** Everything is due at once: how fast the backlog is written is nobody's measure. */
    private static final double AT_ONCE = 1e8;

    private static final long SEED = 42;

    /** Whoever stands still sends no heartbeats. */
    private static final String PATIENCE_MILLIS = "1500000";

    private final Plan plan;
    private final Case what;
    private final Broker broker;
    private final Path folder;
    private final Consumer<String> progress;
    private final Map<String, String> client;
    private final Fleet fleet;
    private final String id;

    Comparison(Plan plan, Case what, Broker broker, Path folder, Consumer<String> progress) {
        this.plan = plan;
        this.what = what;
        this.broker = broker;
        this.folder = folder;
        this.progress = progress;
        this.client = Map.of("bootstrap.servers", broker.bootstrapServers());
        this.fleet = Fleet.uniform(what.devices(), SEED);
        this.id = "compare-" + Long.toString(System.currentTimeMillis(), 36) + "-" + what.id();
    }

    List<Standing> standings() throws InterruptedException, IOException, ExecutionException {
        List<Entrant> entrants = plan.contestants().stream()
                .map(contestant -> new Entrant(contestant, job(contestant), plan.command()))
                .toList();
        List<String> topics = Stream.concat(
                        Stream.of(id),
                        entrants.stream()
                                .map(Entrant::job)
                                .flatMap(job -> Stream.of(job.predictions(), job.deadLetters(), job.alerts())))
                .toList();
        Properties properties = new Properties();
        properties.putAll(client);
        try (Admin admin = Admin.create(properties)) {
            Topics.ensure(client, topics, what.partitions());
            try {
                rounds(entrants, admin);
            } finally {
                for (Entrant entrant : entrants) {
                    entrant.end();
                }
            }
            admin.deleteTopics(topics).all().get();
        }
        return entrants.stream().map(Entrant::standing).toList();
    }

    private void rounds(List<Entrant> entrants, Admin admin)
            throws InterruptedException, IOException, ExecutionException {
        List<Entrant> order = new ArrayList<>(entrants);
        for (int round = 1 - plan.warmUps(); round <= plan.rounds(); round++) {
            fill();
            for (Entrant entrant : order) {
                Drain drain = drain(entrant, admin);
                progress.accept(String.format(
                        "%s, round %d of %d: %-12s %,10.0f records/s %6.2f µs CPU/record",
                        what.label(),
                        round,
                        plan.rounds(),
                        entrant.contestant().label(),
                        drain.rate(),
                        (drain.cpuNanos() + drain.brokerNanos()) / 1000));
                if (round > 0) {
                    entrant.counts(drain);
                }
            }
            if (round == 1 - plan.warmUps()) {
                order.forEach(entrant -> entrant.found(verify(entrant)));
            }
            Collections.rotate(order, 1);
        }
    }

    private Drain drain(Entrant entrant, Admin admin) throws InterruptedException, IOException, ExecutionException {
        Drain.Watch watch = new Drain.Watch(
                admin,
                List.of(entrant.job().predictions(), entrant.job().deadLetters()),
                what.partitions(),
                plan.records());
        Drain drain = watch.until(entrant.turn(), broker.process().orElse(null));
        entrant.rest();
        return drain;
    }

    private void fill() throws InterruptedException {
        long nanos = (long) Math.ceil(plan.records() / AT_ONCE * 1e9);
        Load load = new Load(
                Arrivals.even(RateProfile.constant(plan.records() * 1e9 / nanos, nanos)),
                0,
                fleet,
                what.model().layout(),
                what.model().features(),
                0,
                0,
                false,
                1,
                SEED);
        Ledger ledger = new Ledger();
        new Generator(load, Ticker.system(), () -> new KafkaSink(client, id, ledger))
                .run(System.nanoTime(), System.currentTimeMillis());
        if (ledger.sent() != plan.records()) {
            throw new IllegalStateException(
                    "the backlog must hold " + plan.records() + " records, got: " + ledger.sent());
        }
    }

    private List<String> verify(Entrant entrant) {
        TopicVerifier verifier = entrant.contestant().namesItsSource()
                ? TopicVerifier.byCoordinates(client)
                : TopicVerifier.bySequence(client, "/seq", Load.FIRST_SEQUENCE);
        return verifier.verify(
                        id,
                        new Outputs(entrant.job().predictions(), entrant.job().deadLetters(), null))
                .verdict()
                .faults(!what.exactlyOnce());
    }

    private Job job(Contestant contestant) {
        String own = id + "-" + contestant.label();
        Map<String, String> kafka = new LinkedHashMap<>();
        kafka.put("session.timeout.ms", PATIENCE_MILLIS);
        kafka.put("max.poll.interval.ms", PATIENCE_MILLIS);
        kafka.putAll(plan.kafka());
        return new Job(
                own,
                broker.bootstrapServers(),
                id,
                own + "-predictions",
                own + "-alerts",
                own + "-dead-letters",
                what.model(),
                what.exactlyOnce(),
                plan.commitMillis(),
                plan.threads(),
                plan.heap(),
                "",
                0,
                folder.resolve(own),
                kafka,
                "",
                Optional.empty());
    }
}
