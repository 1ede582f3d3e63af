package io.millrace.deploy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes the rows from which {@code deploy/src/model/train.py} makes the demonstration's model:
 * {@code training.csv}, fault-free; {@code evaluation.csv}, of another fleet; and {@code faults.csv}, what that fleet had.
 */
public final class TrainingRows {
    /** What the pipeline of the demonstration sees: four readings a second. */
    static final long PERIOD_MS = 250;

    private static final long TRAINING_SEED = 1001;
    private static final int TRAINING_PUMPS = 2000;
    /** Why above 1: no pump of a demonstration then lies at the edge of what the model knows. */
    private static final double VARIETY = 1.4;

    private static final long EVALUATION_SEED = 3003;
    private static final int EVALUATION_PUMPS = 50;
    private static final Duration EVALUATION = Duration.ofMinutes(20);

    private TrainingRows() {}

    /** Writes the three files to the folder that is the only argument. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("TrainingRows takes one argument, the folder, got: " + args.length);
        }
        Path folder = Path.of(args[0]);
        Files.createDirectories(folder);
        PumpFleet healthy = new PumpFleet(TRAINING_PUMPS, TRAINING_SEED, FaultSchedule.none(), VARIETY);
        // Why 7,993 ms: no divisor of any of the fleet's periods, so a day is seen at all its hours.
        writeReadings(folder.resolve("training.csv"), healthy, Pump.DAY_MS, 7_993);
        FaultSchedule faults = FaultSchedule.draw(EVALUATION_SEED, EVALUATION_PUMPS, 0, EVALUATION);
        PumpFleet faulty = new PumpFleet(EVALUATION_PUMPS, EVALUATION_SEED, faults);
        writeReadings(folder.resolve("evaluation.csv"), faulty, EVALUATION.toMillis(), PERIOD_MS);
        writeFaults(folder.resolve("faults.csv"), faults);
    }

    /** A silent sensor's field is empty. */
    private static void writeReadings(Path file, PumpFleet fleet, long untilMs, long periodMs) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, UTF_8)) {
            out.write("device,ts," + joined(Signal::field) + '\n');
            for (int pump = 0; pump < fleet.size(); pump++) {
                for (long timeMs = 0; timeMs < untilMs; timeMs += periodMs) {
                    Reading reading = fleet.read(pump, timeMs);
                    out.write(reading.device() + ',' + timeMs + ',' + joined(signal -> text(reading.value(signal))));
                    out.write('\n');
                }
            }
        }
    }

    private static void writeFaults(Path file, FaultSchedule schedule) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, UTF_8)) {
            out.write("device,kind,sensor,start,end\n");
            for (Fault fault : schedule.faults()) {
                out.write(String.format(
                        Locale.ROOT,
                        "%s,%s,%s,%d,%d%n",
                        PumpFleet.deviceId(fault.pump()),
                        fault.kind(),
                        fault.sensor().field(),
                        fault.startMs(),
                        fault.endMs()));
            }
        }
    }

    private static String joined(Function<Signal, String> cell) {
        return Arrays.stream(Signal.values()).map(cell).collect(Collectors.joining(","));
    }

    private static String text(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value);
    }
}
