package io.millrace.topology.detect;

import io.millrace.topology.config.DetectConfig;
import io.millrace.topology.config.DetectConfig.Method;
import java.util.ArrayList;
import java.util.List;

/** All detectors of a pipeline, compiled once; immutable and thread-safe. */
public final class DetectPlan {
    /** Of what {@link DeviceDetectors} writes; another one is not read. */
    private static final int VERSION = 1;

    /**
     * A detector with its inputs found.
     *
     * @param inputs indexes of signals or, where it combines, of detectors before it
     */
    @SuppressWarnings("ArrayRecordComponent") // made once, never compared
    record Step(DetectConfig config, int[] inputs) {
        boolean combines() {
            return config.method().combines();
        }

        /** The largest p that is told. */
        double gate() {
            return 1.0 / config.gate().oneIn();
        }
    }

    private final List<Step> steps;
    private final List<String> signals;
    private final int fingerprint;

    private DetectPlan(List<Step> steps, List<String> signals) {
        this.steps = List.copyOf(steps);
        this.signals = signals;
        // Of texts, whose hash is the same on every machine.
        StringBuilder layout = new StringBuilder().append(VERSION).append(' ').append(signals);
        for (Step step : steps) {
            DetectConfig config = step.config();
            layout.append(config.name()).append(config.on()).append(config.method());
        }
        fingerprint = layout.toString().hashCode();
    }

    /**
     * @param detectors in the file's order
     * @throws IllegalArgumentException if one combines what does not stand before it
     */
    public static DetectPlan compile(List<DetectConfig> detectors) {
        List<String> signals = detectors.stream()
                .filter(detector -> !detector.method().combines())
                .flatMap(detector -> detector.on().stream())
                .distinct()
                .toList();
        List<Step> steps = new ArrayList<>();
        List<String> earlier = new ArrayList<>();
        for (DetectConfig detector : detectors) {
            List<String> known = detector.method().combines() ? earlier : signals;
            int[] inputs = detector.on().stream()
                    .mapToInt(name -> index(name, known, detector))
                    .toArray();
            steps.add(new Step(detector, inputs));
            earlier.add(detector.name());
        }
        return new DetectPlan(steps, signals);
    }

    private static int index(String name, List<String> known, DetectConfig detector) {
        int index = known.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "detector " + detector.name() + " must watch one of " + known + ", got: " + name);
        }
        return index;
    }

    /** The detectors, in order. */
    public List<DetectConfig> detectors() {
        return steps.stream().map(Step::config).toList();
    }

    /** What is watched, each once: names of scores and pointers of fields, in the order in which values are given. */
    public List<String> signals() {
        return signals;
    }

    /** Changes when the states' layout does. */
    public int fingerprint() {
        return fingerprint;
    }

    /** The state of a device never seen before. */
    public DeviceDetectors newDevice() {
        return new DeviceDetectors(this);
    }

    List<Step> steps() {
        return steps;
    }

    static Detector detector(Method method) {
        if (method instanceof Method.Rarity) {
            return new Rarity();
        } else if (method instanceof Method.Pattern pattern) {
            return new PatternNovelty(pattern.lags());
        } else if (method instanceof Method.Rank) {
            return new Rank();
        } else if (method instanceof Method.RobustZ z) {
            return new RobustZ(z.over());
        } else if (method instanceof Method.Spot spot) {
            return new Spot(spot.depth());
        } else if (method instanceof Method.Cusum cusum) {
            return new Cusum(cusum.slack());
        }
        if (method instanceof Method.Forest forest) {
            return new Forest(forest);
        }
        throw new IllegalArgumentException("a detector of its own must not combine others, got: " + method);
    }
}
