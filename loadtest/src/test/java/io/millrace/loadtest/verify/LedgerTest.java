package io.millrace.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Each fault that a pipeline might have is planted, and must be found. */
class LedgerTest {

    private static final int RECORDS = 100_000;
    private static final int DEVICES = 100;
    private static final int PARTITIONS = 4;
    private static final long MILLI = 1_000_000;

    private final Ledger ledger = new Ledger();

    LedgerTest() {
        for (int n = 0; n < RECORDS; n++) {
            ledger.sent(partition(n), offset(n), device(n), n / DEVICES, intended(n), false);
        }
    }

    @Test
    void aSoundPipelineHasNoFaults() {
        predictAll(-1);

        Verdict verdict = ledger.verdict();

        assertThat(verdict.faults(false)).isEmpty();
        assertThat(verdict.sent()).isEqualTo(RECORDS);
        assertThat(verdict.predicted()).isEqualTo(RECORDS);
        assertThat(ledger.seen()).isEqualTo(RECORDS);
    }

    @Test
    void oneDroppedRecordInAHundredThousandIsFound() {
        predictAll(54_321);

        assertThat(ledger.verdict().faults(false)).containsExactly("1 missing");
        assertThat(ledger.verdict().examples()).containsExactly(partition(54_321) + "/" + offset(54_321) + " missing");
    }

    @Test
    void oneDoubledRecordIsFoundWhereDuplicatesAreNotAllowed() {
        predictAll(-1);
        predict(777, intended(777) + 9 * MILLI);

        assertThat(ledger.verdict().faults(false)).containsExactly("1 duplicated");
        assertThat(ledger.verdict().faults(true)).isEmpty();
    }

    @Test
    void aReplayAfterACrashIsDuplicatesAndNotDisorder() {
        predictAll(-1);
        for (int n = 1000; n < 2000; n++) {
            predict(n, intended(n) + 500 * MILLI);
        }

        assertThat(ledger.verdict().faults(false)).containsExactly("1000 duplicated");
    }

    @Test
    void twoSwappedRecordsOfOneDeviceAreFound() {
        for (int n = 0; n < RECORDS; n++) {
            int swapped = n == 500 ? 500 + DEVICES : n == 500 + DEVICES ? 500 : n;
            predict(swapped, intended(swapped) + MILLI);
        }

        assertThat(ledger.verdict().faults(false)).containsExactly("1 out of order within their device");
    }

    @Test
    void twoSwappedRecordsOfDifferentDevicesAreNoFault() {
        for (int n = 0; n < RECORDS; n++) {
            int swapped = n == 500 ? 501 : n == 501 ? 500 : n;
            predict(swapped, intended(swapped) + MILLI);
        }

        assertThat(ledger.verdict().faults(false)).isEmpty();
    }

    @Test
    void oneRecordInTenThousandThatIsLateShowsInTheHistogram() {
        for (int n = 0; n < RECORDS; n++) {
            predict(n, intended(n) + (n % 10_000 == 9_999 ? 1000 : 1) * MILLI);
        }
        Histogram latency = new Histogram(3);

        ledger.forEachLatency(0, Long.MAX_VALUE, (intended, nanos) -> latency.recordValue(nanos));

        assertThat(ledger.verdict().faults(false)).isEmpty();
        assertThat(latency.getTotalCount()).isEqualTo(RECORDS);
        assertThat(latency.getValueAtPercentile(99.9)).isLessThan(2 * MILLI);
        assertThat(latency.getCountBetweenValues(900 * MILLI, 1100 * MILLI)).isEqualTo(RECORDS / 10_000);
        assertThat(latency.getMaxValue()).isGreaterThanOrEqualTo(1000 * MILLI);
    }

    @Test
    void theWarmupIsNotInTheLatencies() {
        predictAll(-1);
        long[] count = new long[1];

        ledger.forEachLatency(intended(90_000), Long.MAX_VALUE, (intended, nanos) -> count[0]++);

        assertThat(count[0]).isEqualTo(10_000);
    }

    @Test
    void aPredictionBeforeItsTimeIsCountedAndNotDropped() {
        predictAll(10);
        predict(10, intended(10) - 1);

        assertThat(ledger.verdict().faults(false))
                .containsExactly("1 out of order within their device", "1 visible before they were meant to be sent");
    }

    @Test
    void aPredictionUnderAnotherDevicesNameIsFound() {
        predictAll(10);
        ledger.predicted(partition(10), offset(10), device(10) + 1, intended(10) + MILLI);

        assertThat(ledger.verdict().faults(false)).contains("1 under another device's name");
    }

    @Test
    void aPredictionOfNothingIsFound() {
        predictAll(-1);
        ledger.predicted(0, RECORDS, 0, 1);

        assertThat(ledger.verdict().faults(false)).containsExactly("1 never sent");
    }

    @Test
    void malformedRecordsBelongAmongTheDeadLettersAndOthersDoNot() {
        predictAll(10);
        ledger.deadLettered(partition(10), offset(10), intended(10) + MILLI);
        ledger.sent(0, RECORDS, 0, RECORDS, 0, true);
        ledger.predicted(0, RECORDS, 0, RECORDS * MILLI);
        ledger.sent(0, RECORDS + 1, 0, RECORDS, 0, true);
        ledger.deadLettered(0, RECORDS + 1, RECORDS * MILLI);

        Verdict verdict = ledger.verdict();

        assertThat(verdict.faults(false)).containsExactly("1 malformed but scored", "1 well-formed but dead-lettered");
        assertThat(verdict.deadLettered()).isEqualTo(2);
    }

    @Test
    void whatSomebodyElseSentMayBeEither() {
        Ledger found = new Ledger();
        found.found(0, 0, 1, 0);
        found.found(0, 1, 1, 0);
        found.predicted(0, 0, 1, 1);
        found.deadLettered(0, 1, 1);

        assertThat(found.verdict().faults(false)).isEmpty();
    }

    @Test
    void anOutputMayBeSeenBeforeItsSendIsKnown() {
        Ledger early = new Ledger();

        assertThat(early.predicted(0, 0, 7, 5)).isEqualTo(Ledger.UNKNOWN);
        early.sent(0, 0, 7, 0, 3, false);

        assertThat(early.verdict().faults(false)).isEmpty();
        assertThat(early.intended(0, 0)).isEqualTo(3);
    }

    @Test
    void refusedAndUnreadableRecordsAreFaults() {
        predictAll(-1);
        ledger.failed(new IllegalStateException("refused"));
        ledger.unreadable();

        assertThat(ledger.verdict().faults(false)).containsExactly("1 without readable coordinates", "1 not taken in");
    }

    private void predictAll(int but) {
        for (int n = 0; n < RECORDS; n++) {
            if (n != but) {
                predict(n, intended(n) + MILLI);
            }
        }
    }

    private void predict(int n, long visible) {
        ledger.predicted(partition(n), offset(n), device(n), visible);
    }

    private static int device(int n) {
        return n % DEVICES;
    }

    private static int partition(int n) {
        return device(n) % PARTITIONS;
    }

    private static long offset(int n) {
        return n / PARTITIONS;
    }

    private static long intended(int n) {
        return n * MILLI;
    }
}
