package io.millrace.loadtest.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.loadtest.crash.Variant.Guarantee;
import io.millrace.loadtest.crash.Variant.Kind;
import io.millrace.loadtest.crash.Verdict.Fault;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the verifier sees what is wrong; a rig that cannot fail proves nothing. */
final class VerifierTest {
    private static final String DEVICE = "d-0001";
    private static final int EVENTS = 4;

    private final Harvest harvest = new Harvest(1);
    private int outputs;

    @BeforeEach
    void telemetryWithOneMalformedRecordAtTheEnd() {
        for (int seq = 0; seq < EVENTS; seq++) {
            input(seq, Fleet.payload(Fleet.reading(DEVICE, seq)));
        }
        input(EVENTS, Fleet.malformed(0));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRightIsClean(Guarantee guarantee) {
        // Given
        predict(0, 1, 2, 3);
        deadLetter(EVENTS, Fleet.malformed(0));

        // When
        Verdict verdict = verify(guarantee);

        // Then
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.clean()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aMissingPredictionIsALoss(Guarantee guarantee) {
        // Given
        predict(0, 1, 3);
        deadLetter(EVENTS, Fleet.malformed(0));

        // When
        Verdict verdict = verify(guarantee);

        // Then
        assertThat(verdict.count(Fault.LOST)).isEqualTo(1);
        assertThat(verdict.examples()).containsExactly("LOST d-0001 seq 2 (0/2) has no prediction");
    }

    @ParameterizedTest
    @EnumSource
    void aMissingDeadLetterIsALoss(Guarantee guarantee) {
        // Given
        predict(0, 1, 2, 3);

        // When
        Verdict verdict = verify(guarantee);

        // Then
        assertThat(verdict.examples()).containsExactly("LOST d-0001 malformed (0/4) has no dead letter");
    }

    @Test
    void aReplayIsDoublingExactlyOnceAndAllowedAtLeastOnce() {
        // Given
        predict(0, 1, 2, 1, 2, 3);
        deadLetter(EVENTS, Fleet.malformed(0));

        // When
        Verdict exactlyOnce = verify(Guarantee.EXACTLY_ONCE);
        Verdict atLeastOnce = verify(Guarantee.AT_LEAST_ONCE);

        // Then
        assertThat(exactlyOnce.count(Fault.DOUBLED)).isEqualTo(2);
        assertThat(atLeastOnce.clean()).isTrue();
        assertThat(atLeastOnce.replayed).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void anEventThatIsOvertakenIsOutOfOrder(Guarantee guarantee) {
        // Given
        predict(0, 2, 1, 3);
        deadLetter(EVENTS, Fleet.malformed(0));

        // When
        Verdict verdict = verify(guarantee);

        // Then
        assertThat(verdict.count(Fault.DISORDERED)).isEqualTo(1);
    }

    @Test
    void aScoreThatIsOffIsWrong() {
        // Given
        predict(0, 1, 2);
        Fleet.Reading reading = Fleet.reading(DEVICE, 3);
        output("predictions", DEVICE, prediction(3, reading, reading.x() * 1.00001 + 0.001));
        deadLetter(EVENTS, Fleet.malformed(0));

        // When
        Verdict verdict = verify(Guarantee.EXACTLY_ONCE);

        // Then
        assertThat(verdict.count(Fault.WRONG)).isEqualTo(1);
    }

    /** A replay may move a state; it must come right again. */
    @Test
    void aStateThatStaysWrongIsWrongAtLeastOnceToo() {
        // Given: right but for one early event, which a replay may have moved, and one at the end
        int events = EVENTS + 1 + 2 * Verifier.LAST;
        for (int offset = EVENTS + 1; offset < events; offset++) {
            input(offset, Fleet.payload(Fleet.reading(DEVICE, offset - 1)));
        }
        Reference reference = new Reference(Kind.RECURRENT);
        for (int seq = 0; seq < events - 1; seq++) {
            Fleet.Reading reading = Fleet.reading(DEVICE, seq);
            Reference.Expected should = reference.next(reading);
            assertThat(should.insufficient())
                    .as("no late event among the first")
                    .isNull();
            int offset = seq < EVENTS ? seq : seq + 1;
            double off = seq == 1 || seq == events - 3 ? 0.25 : 0;
            output("predictions", DEVICE, prediction(offset, reading, should.scores()[0] + off, should.scores()[1]));
        }
        deadLetter(EVENTS, Fleet.malformed(0));

        // When
        Verdict verdict =
                Verifier.verify(new Variant(Kind.RECURRENT, Guarantee.AT_LEAST_ONCE), harvest, events, 1, true);

        // Then
        assertThat(verdict.differing).isEqualTo(1);
        assertThat(verdict.count(Fault.WRONG)).isEqualTo(1);
    }

    @Test
    void anAlertThatNobodyExpectedIsWrong() {
        // Given
        predict(0, 1, 2, 3);
        deadLetter(EVENTS, Fleet.malformed(0));
        output("alerts", DEVICE + "/high", "{\"revision\":9,\"state\":\"FIRING\",\"since\":1,\"time\":2}");

        // When
        Verdict verdict = verify(Guarantee.EXACTLY_ONCE);

        // Then
        assertThat(verdict.count(Fault.ALERT)).isEqualTo(1);
    }

    @Test
    void aSoundRecordAmongTheDeadLettersIsWrong() {
        // Given
        predict(0, 1, 2);
        deadLetter(3, Fleet.payload(Fleet.reading(DEVICE, 3)));
        deadLetter(EVENTS, Fleet.malformed(0));

        // When
        Verdict verdict = verify(Guarantee.EXACTLY_ONCE);

        // Then
        assertThat(verdict.count(Fault.DEAD_LETTER)).isEqualTo(1);
        assertThat(verdict.count(Fault.LOST)).isEqualTo(1);
    }

    @Test
    void telemetryThatIsNotWhatWasSentVoidsTheRun() {
        // Given
        input(EVENTS + 1, Fleet.payload(Fleet.reading(DEVICE, EVENTS + 1)));

        // When
        Verdict verdict = verify(Guarantee.EXACTLY_ONCE);

        // Then
        assertThat(verdict.count(Fault.RIG)).isEqualTo(2); // a gap in the numbers, and one record too many
    }

    private Verdict verify(Guarantee guarantee) {
        return Verifier.verify(new Variant(Kind.STATELESS, guarantee), harvest, EVENTS + 1, 1, false);
    }

    private void input(int offset, byte[] value) {
        harvest.add("telemetry", record(offset, DEVICE, value));
    }

    private void predict(int... numbers) {
        for (int seq : numbers) {
            Fleet.Reading reading = Fleet.reading(DEVICE, seq);
            output("predictions", DEVICE, prediction(seq, reading, reading.x()));
        }
    }

    private static String prediction(int offset, Fleet.Reading reading, double x) {
        return prediction(offset, reading, x, reading.y());
    }

    private static String prediction(int offset, Fleet.Reading reading, double s0, double s1) {
        return "{\"time\":" + reading.timeMs() + ",\"scores\":{\"s0\":" + s0 + ",\"s1\":" + s1
                + "},\"quality\":\"OK\",\"source\":{\"partition\":0,\"offset\":" + offset + "}}";
    }

    private void deadLetter(int offset, byte[] value) {
        ConsumerRecord<byte[], byte[]> record = record(outputs++, DEVICE, value);
        record.headers()
                .add("millrace-partition", "0".getBytes(UTF_8))
                .add("millrace-offset", Integer.toString(offset).getBytes(UTF_8))
                .add("millrace-reason", "truncated".getBytes(UTF_8));
        harvest.add("dead-letters", record);
    }

    private void output(String role, String key, String value) {
        harvest.add(role, record(outputs++, key, value.getBytes(UTF_8)));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String key, byte[] value) {
        byte[] keyBytes = key.getBytes(UTF_8);
        return new ConsumerRecord<>(
                "topic",
                0,
                offset,
                0L,
                TimestampType.CREATE_TIME,
                keyBytes.length,
                value.length,
                keyBytes,
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
