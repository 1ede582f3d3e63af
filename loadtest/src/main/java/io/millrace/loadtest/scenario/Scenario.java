package io.millrace.loadtest.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.loadtest.generate.Fleet;
import io.millrace.loadtest.generate.Layout;
import io.millrace.loadtest.generate.Load;
import io.millrace.loadtest.schedule.Arrivals;
import io.millrace.loadtest.schedule.RateProfile;
import io.millrace.loadtest.schedule.Recorded;
import io.millrace.loadtest.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scenario: the scenario file over {@code defaults.yaml}, and the command line's flags over both.
 *
 * @param name for the report
 * @param load when records are sent
 * @param fleet who sends them
 * @param payload what they hold
 * @param output where they go
 * @param topics of Kafka
 * @param pipeline what is measured
 * @param chaos what happens to it meanwhile
 * @param limits what it must keep to
 */
public record Scenario(
        String name,
        Timing load,
        Devices fleet,
        Payload payload,
        Output output,
        Topics topics,
        Pipeline pipeline,
        List<Chaos> chaos,
        Limits limits) {

    private static final long SEED = 42;

    public Scenario {
        chaos = List.copyOf(chaos);
    }

    /** The rate over time. */
    public enum Shape {
        CONSTANT,
        BURST,
        RAMP,
        STEP,
        REPLAY
    }

    /** How records are spread around that rate. */
    public enum Spread {
        EVEN,
        POISSON
    }

    /** How the records are spread over devices. */
    public enum Skew {
        UNIFORM,
        ZIPF
    }

    /** What the pipeline promises. */
    public enum Guarantee {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }

    /** What is done to the pipeline or to its broker. */
    public enum Act {
        KILL,
        START,
        PAUSE,
        RESUME,
        PAUSE_BROKER,
        RESUME_BROKER,
        RESTART_BROKER;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * When records are sent.
     *
     * @param rate records per second; the first of a ramp or steps; between bursts
     * @param to the last rate of a ramp or steps
     * @param factor by how much a burst multiplies the rate
     * @param file of a replay: seconds after the start, one a line
     * @param warmup at the beginning, sent and verified but not in the latencies
     * @param closedLoop whether a client goes beside it that waits for each prediction before it sends again
     */
    public record Timing(
            Shape shape,
            Spread arrivals,
            double rate,
            @JsonProperty("for") Duration duration,
            Duration warmup,
            double factor,
            Duration every,
            @JsonProperty("burst") Duration burst,
            double to,
            int steps,
            @Nullable Path file,
            int threads,
            boolean closedLoop) {
        public Timing {
            if (!(rate > 0 && rate <= 1e8)) {
                throw new IllegalArgumentException("load.rate must be above 0 and at most 100000000, got: " + rate);
            }
        }

        /** The warm-up at the first rate, then the load itself. */
        Schedule schedule() throws IOException {
            if (shape == Shape.REPLAY) {
                if (file == null) {
                    throw new IllegalArgumentException("load.file must be given for shape replay, got: nothing");
                }
                return Recorded.read(file);
            }
            long nanos = duration.toNanos();
            RateProfile profile =
                    switch (shape) {
                        case BURST -> RateProfile.bursts(rate, factor, every.toNanos(), burst.toNanos(), nanos);
                        case RAMP -> RateProfile.ramp(rate, to, nanos);
                        case STEP -> RateProfile.steps(rate, to, steps, nanos);
                        case CONSTANT, REPLAY -> RateProfile.constant(rate, nanos);
                    };
            long warm = warmup.toNanos();
            RateProfile all = warm == 0 ? profile : profile.after(new RateProfile.Segment(warm, rate, rate));
            return arrivals == Spread.POISSON ? Arrivals.poisson(all, SEED) : Arrivals.even(all);
        }

        public long warmupNanos() {
            return shape == Shape.REPLAY ? 0 : warmup.toNanos();
        }
    }

    /**
     * Who sends them.
     *
     * @param exponent of Zipf's law
     */
    public record Devices(int devices, Skew skew, double exponent) {

        public Fleet fleet() {
            return skew == Skew.ZIPF ? Fleet.zipf(devices, exponent, SEED) : Fleet.uniform(devices, SEED);
        }
    }

    /**
     * What they hold.
     *
     * @param features of each record; 0 for as many as the model takes
     * @param bytes of each record, at least
     * @param malformed share of spoilt records
     */
    public record Payload(int features, int bytes, double malformed) {}

    /**
     * Where they go.
     *
     * @param eventHub {@code env:NAME} or {@code file:PATH}, where the connection string of an event hub stands, which
     *     the pipeline reads into its topic; empty for that topic itself
     */
    public record Output(String eventHub) {
        public boolean toHub() {
            return !eventHub.isBlank();
        }
    }

    /** The topics' names, and how many partitions each that is made here gets. */
    public record Topics(String source, String predictions, String alerts, String deadLetters, int partitions) {}

    /**
     * What is measured.
     *
     * @param contestant {@code millrace} or one of the baselines
     * @param command to start Millrace with; {@code PIPELINE.yaml} in it stands for the generated file
     * @param model one of the built-in models
     * @param commitInterval how often results become visible under exactly-once
     * @param alert a rule to raise alerts by, such as {@code score > 0.5}
     * @param threads stream threads
     * @param heap of its process, as in {@code -Xmx}
     * @param metrics where its Prometheus metrics are; may be empty
     * @param kafka client settings for the pipeline
     * @param fault what the contestant with faults does wrong, such as {@code drop 100000, delay 10000}
     */
    public record Pipeline(
            String contestant,
            String command,
            String model,
            Guarantee guarantee,
            Duration commitInterval,
            String alert,
            int threads,
            String heap,
            String metrics,
            Map<String, String> kafka,
            String fault) {
        public Pipeline {
            kafka = Map.copyOf(kafka);
        }
    }

    /**
     * What happens meanwhile, and when.
     *
     * @param at after the start of the load, warm-up included
     */
    public record Chaos(Duration at, @JsonProperty("do") Act act) {}

    /**
     * What a run must keep to.
     *
     * @param p99 latency that must not be exceeded; zero for no limit
     * @param scheduleDelay by how much the generator's p99 may be late before the run is invalid
     * @param quiet after so long without progress, at the end, what has not come out is missing
     */
    public record Limits(Duration p99, Duration scheduleDelay, Duration quiet) {}

    /** The same at another rate. */
    public Scenario at(double rate) {
        Timing other = new Timing(
                load.shape,
                load.arrivals,
                rate,
                load.duration,
                load.warmup,
                load.factor,
                load.every,
                load.burst,
                load.to,
                load.steps,
                load.file,
                load.threads,
                load.closedLoop);
        return new Scenario(name, other, fleet, payload, output, topics, pipeline, chaos, limits);
    }

    /** The same under another guarantee. */
    public Scenario under(Guarantee guarantee) {
        Pipeline other = new Pipeline(
                pipeline.contestant,
                pipeline.command,
                pipeline.model,
                guarantee,
                pipeline.commitInterval,
                pipeline.alert,
                pipeline.threads,
                pipeline.heap,
                pipeline.metrics,
                pipeline.kafka,
                pipeline.fault);
        return new Scenario(name, load, fleet, payload, output, topics, other, chaos, limits);
    }

    /**
     * The load that it describes.
     *
     * @param layout of the numbers, as the model takes them
     * @param modelFeatures how many the model takes, for a payload that does not say
     */
    public Load toLoad(Fleet devices, Layout layout, int modelFeatures) throws IOException {
        int features = payload.features() == 0 ? modelFeatures : payload.features();
        return new Load(
                load.schedule(),
                load.warmupNanos(),
                devices,
                layout,
                features,
                payload.bytes(),
                payload.malformed(),
                output.toHub(),
                load.threads(),
                SEED);
    }
}
