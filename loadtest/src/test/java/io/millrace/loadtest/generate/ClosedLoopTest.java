package io.millrace.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.loadtest.schedule.Arrivals;
import io.millrace.loadtest.schedule.RateProfile;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** On a clock of its own: no time passes. */
class ClosedLoopTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long MINUTE = 60 * SECOND;
    private static final long STALL_FROM = 30 * SECOND;
    private static final long STALL_TO = 32 * SECOND;
    private static final long ANSWER = 50 * MILLI;

    private final Load load = new Load(
            Arrivals.even(RateProfile.constant(1000, MINUTE)),
            0,
            Fleet.uniform(10, 1),
            Layout.FIELDS,
            2,
            0,
            0,
            false,
            1,
            1);
    private final ManualTicker ticker = new ManualTicker();

    @Test
    void aStallOfTwoSecondsInAMinuteIsInTheP99OfTheOpenLoopAndNotInThatOfTheClosedOne() throws InterruptedException {
        Histogram open = new Histogram(3);
        new Generator(load, ticker, () -> sink((device, intended) -> open.recordValue(visible(intended) - intended)))
                .run(0, 0);
        Histogram closed = closedLoop();

        System.out.printf(
                "2 s of 60 s stalled: p99 %.0f ms by intended send, %.0f ms in a closed loop (its max %.0f ms)%n",
                open.getValueAtPercentile(99) / 1e6, closed.getValueAtPercentile(99) / 1e6, closed.getMaxValue() / 1e6);
        assertThat(open.getValueAtPercentile(99)).isGreaterThan(SECOND);
        assertThat(closed.getValueAtPercentile(99)).isLessThan(ANSWER + MILLI);
        assertThat(closed.getMaxValue()).isGreaterThan(2 * SECOND - ANSWER);
        assertThat(closed.getCountBetweenValues(ANSWER + MILLI, Long.MAX_VALUE)).isOne();
    }

    @Test
    void itEndsWithoutItsAnswerAndTakesNoOtherDevicesForIt() {
        AtomicInteger sent = new AtomicInteger();
        ClosedLoop loop = new ClosedLoop(load, ticker::nanos);

        loop.start(sink((device, intended) -> {
            sent.incrementAndGet();
            loop.predicted(device - 1, ANSWER);
        }));
        loop.close();

        assertThat(sent).hasValueLessThanOrEqualTo(1);
        assertThat(loop.latency().getTotalCount()).isZero();
    }

    /** Each answer becomes visible, and the clock moves there, before the send returns. */
    private Histogram closedLoop() {
        ManualTicker own = new ManualTicker();
        ClosedLoop loop = new ClosedLoop(load, own::nanos);
        AtomicInteger device = new AtomicInteger();
        loop.start(sink((who, intended) -> {
            device.set(who);
            own.sleepUntil(visible(own.nanos()));
            loop.predicted(who, own.nanos());
        }));
        loop.awaitEnd();
        loop.close();
        assertThat(device).hasValue(load.fleet().devices());
        return loop.latency();
    }

    /** When a record sent then is answered: after a while, and not during the stall. */
    private static long visible(long sent) {
        long answered = sent + ANSWER;
        return answered >= STALL_FROM && answered < STALL_TO ? STALL_TO : answered;
    }

    private interface Taken {
        void by(int device, long intendedNanos);
    }

    private static Sink sink(Taken taken) {
        return new Sink() {
            @Override
            public void send(byte[] key, byte[] value, long millis, int device, int sequence, long at, boolean bad) {
                taken.by(device, at);
            }

            @Override
            public void close() {}
        };
    }
}
