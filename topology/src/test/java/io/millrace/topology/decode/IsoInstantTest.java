package io.millrace.topology.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsoInstantTest {
    @Test
    void givenRandomInstantsThenTheyAreReadAsJavaTimeReadsThem() {
        SplittableRandom random = new SplittableRandom(4);
        long from = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
        long to = Instant.parse("9999-12-30T00:00:00Z").getEpochSecond();
        for (int i = 0; i < 50_000; i++) {
            ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * random.nextInt(-18 * 60, 18 * 60 + 1));
            int nanos = random.nextInt(3) * random.nextInt(333_333_333);
            Instant instant = Instant.ofEpochSecond(random.nextLong(from, to), nanos);
            String text = instant.toString();
            assertThat(parse(text)).as(text).isEqualTo(instant.toEpochMilli());
            String local = OffsetDateTime.ofInstant(instant, offset).toString();
            long expected =
                    local.length() > 18 && local.charAt(16) == ':' ? instant.toEpochMilli() : IsoInstant.NO_INSTANT;
            assertThat(parse(local)).as(local).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-01T00:00:00.123Z",
                "2026-01-01t00:00:00.123z",
                "2026-01-01T01:00:00.123999+01:00",
                "2025-12-31T18:30:00.123-05:30"
            })
    void givenOneInstantInManyFormsThenItIsTheSame(String text) {
        assertThat(parse(text)).isEqualTo(1_767_225_600_123L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "2026-01-01",
                "2026-01-01T00:00:00",
                "2026-01-01T00:00Z",
                "2026-01-01T00:00:00.Z",
                "2026-01-01 00:00:00Z",
                "2026-01-01T00:00:00Zx",
                "2026-01-01T00:00:00+01",
                "2026-01-01T00:00:00+0100",
                "2026-01-01T00:00:00+01:00x",
                "2026-01-01T00:00:00[UTC]",
                "20260101T000000Z",
                "2026-1-01T00:00:00Z0",
                "2026-01-01T00:00:00.123",
                "+2026-01-01T00:00:00Z",
                "2026-01-01T00:00:00,5Z",
                "2026-01-01T00:00:00+ab:cd"
            })
    void givenAnotherFormThenItIsNoInstant(String text) {
        assertThat(parse(text)).isEqualTo(IsoInstant.NO_INSTANT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-29T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
                "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
                "2026-01-01T00:00:00+18:01", "2026-01-01T00:00:00+01:60", "1900-02-29T00:00:00Z"
            })
    void givenNoSuchMomentThenItIsImpossible(String text) {
        assertThat(parse(text)).isEqualTo(IsoInstant.IMPOSSIBLE);
    }

    private static long parse(String text) {
        byte[] in = ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
        return IsoInstant.parse(in, 1, in.length - 1);
    }
}
