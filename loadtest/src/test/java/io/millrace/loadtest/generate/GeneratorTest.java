package io.millrace.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.loadtest.schedule.Arrivals;
import io.millrace.loadtest.schedule.RateProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class GeneratorTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Duration LIMIT = Duration.ofMillis(20);

    @Test
    void everyDeviceSendsTheSameRecordsInOrderWhateverTheNumberOfThreads() throws InterruptedException {
        Map<String, List<String>> one = sent(1);
        Map<String, List<String>> three = sent(3);

        assertThat(one).isEqualTo(three);
        assertThat(one.values().stream().mapToInt(List::size).sum()).isEqualTo(2000);
        assertThat(one).allSatisfy((device, records) -> {
            for (int i = 0; i < records.size(); i++) {
                assertThat(records.get(i)).startsWith("{\"seq\":" + (JsonPayload.FIRST_SEQUENCE + i) + ",");
            }
        });
    }

    @Test
    void keepsUpWithASinkThatIsFastEnough() throws InterruptedException {
        Generated generated = run(1000, 10, 900_000, intended -> {});

        assertThat(generated.records()).isEqualTo(10_000);
        assertThat(generated.invalid(LIMIT)).isEmpty();
    }

    @Test
    void aThrottledGeneratorIsInvalid() throws InterruptedException {
        Generated generated = run(1000, 10, 1_100_000, intended -> {});

        assertThat(generated.invalid(LIMIT)).hasValueSatisfying(reason -> assertThat(reason)
                .startsWith("the generator fell behind: p99 of its schedule delay must be at most 20 ms, got: "));
        assertThat(generated.rate()).isBetween(905.0, 915.0);
    }

    @Test
    void aRunThatTakesTooLongIsInvalidThoughFewRecordsAreLate() {
        Generated generated = new Generated(1000, 0, 10 * SECOND, 12 * SECOND, new Histogram(3));

        assertThat(generated.invalid(LIMIT))
                .contains("the generator fell behind: the schedule must take 10.00 s, got: 12.00 s");
    }

    @Test
    void lateRecordsInTheWarmupAreForgiven() throws InterruptedException {
        ManualTicker ticker = new ManualTicker();
        Load load = new Load(
                Arrivals.even(RateProfile.constant(100, 10 * SECOND)),
                SECOND,
                Fleet.uniform(1, 1),
                Layout.FIELDS,
                1,
                0,
                0,
                false,
                1,
                1);
        boolean[] stalled = new boolean[1];
        Generator generator = new Generator(load, ticker, () -> new FakeSink() {
            @Override
            void took(byte[] key, byte[] value, long intendedNanos) {
                if (!stalled[0]) {
                    ticker.advance(SECOND / 2);
                    stalled[0] = true;
                }
            }
        });

        Generated generated = generator.run(0, 0);

        assertThat(generated.scheduleDelay().getMaxValue()).isZero();
        assertThat(generated.scheduleDelay().getTotalCount()).isEqualTo(900);
    }

    /** Coordinated omission: a stall holds back the sends that would have shown it. */
    @Test
    void aStallOfTwoSecondsShowsInLatencyFromIntendedSendAndHidesInAClosedLoop() throws InterruptedException {
        ManualTicker ticker = new ManualTicker();
        Histogram open = new Histogram(3);
        Histogram closed = new Histogram(3);
        boolean[] stalled = new boolean[1];
        Load load = new Load(
                Arrivals.even(RateProfile.constant(1000, 60 * SECOND)),
                0,
                Fleet.uniform(10, 1),
                Layout.FIELDS,
                1,
                0,
                0,
                false,
                1,
                1);
        Generator generator = new Generator(load, ticker, () -> new FakeSink() {
            @Override
            void took(byte[] key, byte[] value, long intendedNanos) {
                long handedOver = ticker.nanos();
                ticker.advance(intendedNanos >= 30 * SECOND && !stalled[0] ? 2 * SECOND : 10_000);
                stalled[0] |= intendedNanos >= 30 * SECOND;
                open.recordValue(ticker.nanos() - intendedNanos);
                closed.recordValue(ticker.nanos() - handedOver);
            }
        });

        generator.run(0, 0);

        assertThat(open.getValueAtPercentile(99)).isGreaterThan(SECOND);
        assertThat(closed.getValueAtPercentile(99)).isLessThan(SECOND / 1000);
    }

    @Test
    void impossibleLoadsAreRefused() {
        Arrivals arrivals = Arrivals.even(RateProfile.constant(1, SECOND));
        Fleet fleet = Fleet.uniform(1, 1);

        assertThatThrownBy(() -> new Load(arrivals, 0, fleet, Layout.FIELDS, 1, 0, 1.5, false, 1, 1))
                .hasMessage("payload.malformed must be between 0 and 1, got: 1.5");
        assertThatThrownBy(() -> new Load(arrivals, 0, fleet, Layout.FIELDS, 1, 0, 0, false, 65, 1))
                .hasMessage("load.threads must be between 1 and 64, got: 65");
    }

    private static Generated run(double rate, long seconds, long nanosPerSend, LongConsumer took)
            throws InterruptedException {
        ManualTicker ticker = new ManualTicker();
        Load load = new Load(
                Arrivals.even(RateProfile.constant(rate, seconds * SECOND)),
                0,
                Fleet.uniform(10, 1),
                Layout.FIELDS,
                1,
                0,
                0,
                false,
                1,
                1);
        return new Generator(load, ticker, () -> new FakeSink() {
                    @Override
                    void took(byte[] key, byte[] value, long intendedNanos) {
                        ticker.advance(nanosPerSend);
                        took.accept(intendedNanos);
                    }
                })
                .run(0, 0);
    }

    private static Map<String, List<String>> sent(int threads) throws InterruptedException {
        Map<String, List<String>> sent = new ConcurrentHashMap<>();
        Load load = new Load(
                Arrivals.even(RateProfile.constant(1e9, 2_000)),
                0,
                Fleet.zipf(20, 1.2, 1),
                Layout.FIELDS,
                4,
                0,
                0,
                false,
                threads,
                1);
        new Generator(load, Ticker.system(), () -> new FakeSink() {
                    @Override
                    void took(byte[] key, byte[] value, long intendedNanos) {
                        sent.computeIfAbsent(
                                        new String(key, StandardCharsets.UTF_8),
                                        k -> Collections.synchronizedList(new ArrayList<>()))
                                .add(new String(value, StandardCharsets.UTF_8));
                    }
                })
                .run(System.nanoTime(), 1_764_000_000_000L);
        return sent;
    }

    private abstract static class FakeSink implements Sink {

        abstract void took(byte[] key, byte[] value, long intendedNanos);

        @Override
        public void send(
                byte[] key, byte[] value, long epochMillis, int device, int sequence, long intended, boolean bad) {
            took(key, value, intended);
        }

        @Override
        public void close() {}
    }
}
