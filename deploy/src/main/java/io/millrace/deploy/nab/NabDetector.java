package io.millrace.deploy.nab;

import io.millrace.topology.config.DetectConfig;
import io.millrace.topology.config.DetectConfig.Gate;
import io.millrace.topology.config.DetectConfig.Method;
import io.millrace.topology.detect.DetectPlan;
import io.millrace.topology.detect.DeviceDetectors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One way to configure {@code detect}, for all files alike: what a pipeline would run on a device whose payload has the
 * one field {@code value}.
 *
 * @param name the folder of its results
 * @param detect the detectors; the last one's score counts
 */
record NabDetector(String name, List<DetectConfig> detect) {
    private static final String FIELD = "/value";
    private static final Gate FOREST = new Gate(1);

    /** The detector that ships, first; then the others, and the peer that users know. */
    static List<NabDetector> all() {
        return List.of(
                new NabDetector("millrace", List.of(DetectConfig.usual("rarity", FIELD))),
                alone("rarity-without-refractory", new Method.Rarity(), Gate.USUAL, 0),
                alone("pattern", new Method.Pattern(10), Gate.USUAL, DetectConfig.USUAL_REFRACTORY),
                new NabDetector(
                        "rarity-or-pattern",
                        List.of(
                                part("rarity", new Method.Rarity()),
                                part("pattern", new Method.Pattern(10)),
                                new DetectConfig(
                                        "either",
                                        List.of("rarity", "pattern"),
                                        new Method.Least(),
                                        Gate.USUAL,
                                        DetectConfig.USUAL_REFRACTORY,
                                        Optional.empty()))),
                alone("rank", new Method.Rank(), Gate.USUAL, DetectConfig.USUAL_REFRACTORY),
                alone("spot", new Method.Spot(0), Gate.USUAL, DetectConfig.USUAL_REFRACTORY),
                alone("dspot", new Method.Spot(64), Gate.USUAL, DetectConfig.USUAL_REFRACTORY),
                alone("robust-z", new Method.RobustZ(64), new Gate(100_000), DetectConfig.USUAL_REFRACTORY),
                alone("cusum", new Method.Cusum(0.5), Gate.USUAL, DetectConfig.USUAL_REFRACTORY),
                alone("random-cut-forest", new Method.Forest(50, 256, 8), FOREST, 0),
                alone(
                        "random-cut-forest-with-refractory",
                        new Method.Forest(50, 256, 8),
                        FOREST,
                        DetectConfig.USUAL_REFRACTORY));
    }

    private static NabDetector alone(String name, Method method, Gate gate, int refractory) {
        return new NabDetector(
                name, List.of(new DetectConfig(name, List.of(FIELD), method, gate, refractory, Optional.empty())));
    }

    private static DetectConfig part(String name, Method method) {
        return new DetectConfig(name, List.of(FIELD), method, new Gate(1), 0, Optional.empty());
    }

    /** The score of each row, told row by row: of a file it knows nothing but what came before. */
    double[] scores(NabSeries series) {
        DetectPlan plan = DetectPlan.compile(detect);
        DeviceDetectors device = plan.newDevice();
        double[] strictness = new double[detect.size()];
        Arrays.fill(strictness, 1);
        double[] scores = new double[series.rows()];
        double[] signal = new double[1];
        for (int i = 0; i < scores.length; i++) {
            signal[0] = series.values().get(i);
            scores[i] = device.next(signal, i, strictness)[detect.size() - 1];
        }
        return scores;
    }
}
