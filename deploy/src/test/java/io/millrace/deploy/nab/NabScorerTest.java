package io.millrace.deploy.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.deploy.nab.NabScorer.Outcome;
import io.millrace.deploy.nab.NabSeries.Window;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against cases that were computed by hand from NAB's description. */
class NabScorerTest {
    /** 100 rows, 15 of them probationary, with one window of 20 rows. */
    private static final NabSeries ONE = series(100, new Window(40, 59));

    private static NabSeries series(int rows, Window... windows) {
        return new NabSeries(
                "c", "f.csv", Collections.nCopies(rows, "t"), Collections.nCopies(rows, 1.0), List.of(windows));
    }

    private static double[] detections(int rows, int... at) {
        double[] scores = new double[rows];
        for (int row : at) {
            scores[row] = 1;
        }
        return scores;
    }

    private static double score(NabProfile profile, int... at) {
        NabScorer scorer = new NabScorer(profile);
        scorer.add(ONE, detections(100, at));
        return scorer.at(1).score();
    }

    @ParameterizedTest
    @EnumSource(NabProfile.class)
    void nothingIsZeroAndTheFirstRowOfEachWindowIsAHundred(NabProfile profile) {
        assertThat(score(profile)).isEqualTo(0);
        assertThat(score(profile, 40)).isCloseTo(100, within(1e-9));
        assertThat(score(profile, 40, 45, 59)).isCloseTo(100, within(1e-9));
    }

    /**
     * At the last row the position is −1/20, worth (2 / (1 + e^(−0.25)) − 1) / 0.98661 = 0.126041; a miss is −1, hence
     * 100 · (0.126041 + 1) / 2. With a miss at −2 it is 100 · (0.126041 + 2) / 3.
     */
    @ParameterizedTest
    @CsvSource({"STANDARD, 56.302", "REWARD_LOW_FP_RATE, 56.302", "REWARD_LOW_FN_RATE, 70.868"})
    void theLastRowEarnsLittle(NabProfile profile, double expected) {
        assertThat(score(profile, 59)).isCloseTo(expected, within(0.001));
    }

    /** Before any window a false alarm costs its whole weight: 100 · 0.11 / 2, in low FN 100 · 0.11 / 3. */
    @ParameterizedTest
    @CsvSource({"STANDARD, -5.5", "REWARD_LOW_FP_RATE, -11", "REWARD_LOW_FN_RATE, -3.66667"})
    void aFalseAlarmBeforeAnyWindowCostsAll(NabProfile profile, double expected) {
        assertThat(score(profile, 20)).isCloseTo(expected, within(0.001));
        assertThat(score(profile, 20, 30)).isCloseTo(2 * expected, within(0.001));
    }

    /** One row behind, 1/19 of the width less one: 0.11 · (2 / (1 + e^(5/19)) − 1) = −0.014388, hence −0.7194. */
    @Test
    void aFalseAlarmJustBehindAWindowCostsLittle() {
        assertThat(score(NabProfile.STANDARD, 60)).isCloseTo(-0.7194, within(0.001));
        assertThat(score(NabProfile.STANDARD, 99)).isCloseTo(-5.4997, within(0.001));
    }

    @Test
    void threeWidthsBehindIsFar() {
        double[] worth = NabScorer.worth(series(300, new Window(40, 59)));
        assertThat(worth[59 + 56]).isGreaterThan(-1);
        assertThat(worth[59 + 57]).isEqualTo(-1);
    }

    @Test
    void theProbationaryPeriodDoesNotCount() {
        assertThat(ONE.probation()).isEqualTo(15);
        assertThat(series(99).probation()).isEqualTo(14);
        assertThat(series(20_000).probation()).isEqualTo(750);
        assertThat(score(NabProfile.STANDARD, 0, 5, 14)).isEqualTo(0);
        assertThat(score(NabProfile.STANDARD, 15)).isCloseTo(-5.5, within(1e-9));
    }

    /** The window at 0.9 and a false alarm at 0.8: the best threshold lies between them. One tie decides for both. */
    @Test
    void theThresholdIsChosenOverAllFiles() {
        // Given
        NabScorer scorer = new NabScorer(NabProfile.STANDARD);
        double[] scores = new double[100];
        scores[40] = 0.9;
        scores[20] = 0.8;
        scorer.add(ONE, scores);

        // When
        Outcome best = scorer.best();

        // Then
        assertThat(best.threshold()).isEqualTo(0.9);
        assertThat(best.score()).isCloseTo(100, within(1e-9));
        assertThat(scorer.at(0.85).score()).isCloseTo(100, within(1e-9));
        assertThat(scorer.at(0.8).score()).isCloseTo(94.5, within(1e-9));
        assertThat(scorer.at(0.95).score()).isEqualTo(0);

        // And: in another file the false alarm stands above, and has to be let in with the windows
        double[] other = new double[100];
        other[20] = 0.95;
        scorer.add(ONE, other);
        assertThat(scorer.best().threshold()).isEqualTo(0.9);
        assertThat(scorer.best().score()).isCloseTo(100 * (1 - 0.11 - 1 + 2) / 4, within(1e-9));
        assertThat(scorer.best().detections()).isEqualTo(2);
    }

    @Test
    void behindTwoWindowsTheNearerOneCounts() {
        double[] worth = NabScorer.worth(series(200, new Window(40, 59), new Window(80, 119)));
        assertThat(worth[79]).isCloseTo(NabScorer.sigmoid(20 / 19.0), within(1e-12));
        assertThat(worth[120]).isCloseTo(NabScorer.sigmoid(1 / 39.0), within(1e-12));
    }

    @Test
    void withoutWindowsTheScoreIsTheCost() {
        NabScorer scorer = new NabScorer(NabProfile.STANDARD);
        scorer.add(series(100), detections(100, 20, 30));
        assertThat(scorer.at(1).score()).isCloseTo(-0.22, within(1e-12));
        assertThat(scorer.best().detections()).isZero();
    }

    @Test
    void profilesAreNamedAsNabNamesThem() {
        assertThat(NabProfile.values())
                .extracting(NabProfile::toString)
                .containsExactly("standard", "reward_low_FP_rate", "reward_low_FN_rate");
    }
}
