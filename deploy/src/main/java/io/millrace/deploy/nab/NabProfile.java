package io.millrace.deploy.nab;

import java.util.Locale;

/** What NAB's profiles hold dear ({@code config/profiles.json} of numenta/NAB 1.1). */
public enum NabProfile {
    STANDARD(1, 1, 0.11),
    REWARD_LOW_FP_RATE(1, 1, 0.22),
    REWARD_LOW_FN_RATE(1, 2, 0.11);

    private final double hit;
    private final double miss;
    private final double falseAlarm;

    NabProfile(double hit, double miss, double falseAlarm) {
        this.hit = hit;
        this.miss = miss;
        this.falseAlarm = falseAlarm;
    }

    /** What a window detected at its very start earns. */
    double hit() {
        return hit;
    }

    /** What a window not detected costs. */
    double miss() {
        return miss;
    }

    /** What a detection far from any window costs. */
    double falseAlarm() {
        return falseAlarm;
    }

    /** As NAB writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace("_fp_", "_FP_").replace("_fn_", "_FN_");
    }
}
