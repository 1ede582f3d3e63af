package io.millrace.connectors.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PausesTest {
    private static final long MOMENT = Duration.ofMillis(10).toNanos();

    private final Pauses pauses = new Pauses(Duration.ofMillis(200), Duration.ofSeconds(30));

    /** That the pause is now between half of this and all of it, whatever chance makes of it. */
    private void assertPause(long longestMs) {
        for (int i = 0; i < 1_000; i++) {
            assertThat(pauses.nextMs()).isBetween(longestMs - longestMs / 2, longestMs);
        }
    }

    @Test
    void nobodyRestsBeforeTheFirstTimeOrAfterEvents() {
        assertPause(0);
        pauses.ended(true, false, MOMENT);
        assertPause(0);
    }

    @Test
    void restsLongerEachTimeThatNothingCameAndNeverTooLong() {
        for (long longest : new long[] {200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000}) {
            pauses.ended(false, false, MOMENT);
            assertPause(longest);
        }
        for (int i = 0; i < 100; i++) {
            pauses.ended(false, false, MOMENT);
        }
        assertPause(30_000);
        assertThat(pauses.failures()).isEqualTo(110);

        pauses.ended(true, false, MOMENT);
        assertPause(0);
    }

    @Test
    void aQuietPartitionIsNoFailure() {
        pauses.ended(false, false, MOMENT);
        pauses.ended(false, false, Duration.ofSeconds(6).toNanos());

        assertThat(pauses.failures()).isZero();
        assertPause(0);
    }

    @Test
    void whoIsRobbedRestsLongerEachTimeThoughEventsCame() {
        for (long longest : new long[] {200, 400, 800}) {
            pauses.ended(true, true, MOMENT);
            assertPause(longest);
        }
        pauses.ended(true, false, MOMENT);
        assertPause(800); // the other may be after it still

        pauses.ended(true, true, Duration.ofSeconds(61).toNanos());
        assertPause(200);
    }

    @Test
    void whoHasHadAPartitionForAMinuteForgetsItsRobbers() {
        pauses.ended(true, true, MOMENT);
        pauses.ended(true, true, MOMENT);

        pauses.ended(true, false, Duration.ofSeconds(61).toNanos());

        assertPause(0);
    }
}
