package io.millrace.topology.decide;

import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.Condition;
import java.util.List;

/**
 * An alert's rule, with its scores found among the pipeline's. Raising and clearing are separate conditions, so
 * that a score that hovers at the threshold does not make the alert flap.
 *
 * @param config the rule as configured
 * @param whenScore index of the score that raises it
 * @param clearScore index of the score that clears it
 */
public record AlertRule(AlertConfig config, int whenScore, int clearScore) {

    /** @param scoreNames the pipeline's scores, in order */
    public static AlertRule of(AlertConfig config, List<String> scoreNames) {
        return new AlertRule(config, index(config.when(), scoreNames), index(config.clear(), scoreNames));
    }

    private static int index(Condition condition, List<String> scoreNames) {
        int index = scoreNames.indexOf(condition.score());
        if (index < 0) {
            throw new IllegalArgumentException(
                    "alert condition must name one of the scores " + scoreNames + ", got: " + condition.score());
        }
        return index;
    }

    boolean raises(double[] scores) {
        return config.when().holds(scores[whenScore]);
    }

    boolean clears(double[] scores) {
        return config.clear().holds(scores[clearScore]);
    }

    /** The last events of the rule's window with one more: bit 0 is the newest. */
    long shift(long events, boolean speaksForIt) {
        int window = config.persistence().of();
        long mask = window == Long.SIZE ? -1L : (1L << window) - 1;
        return (events << 1 | (speaksForIt ? 1 : 0)) & mask;
    }

    boolean enough(long events) {
        return Long.bitCount(events) >= config.persistence().hits();
    }
}
