package io.millrace.topology.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors by hand from OASIS AMQP 1.0, part 1, section 1.6. */
class AmqpTextTest {
    @ParameterizedTest
    @CsvSource({
        "a10470756d70, pump", // str8-utf8
        "b10000000470756d70, pump", // str32-utf8
        "a304c3a961, \u00e9a", // sym8, whose length says four
        "a303c3a961, \u00e9a",
        "b30000000170, p",
        "a00270c3, 70c3", // bin8, handed on as it is
        "80ffffffffffffffff, 18446744073709551615",
        "81ffffffffffffffff, -1",
        "83000000000000002a, 42",
        "823ff8000000000000, 1.5",
        "9800112233445566778899aabbccddeeff, 00112233-4455-6677-8899-aabbccddeeff",
        "5401, 1",
        "54ff, -1",
        "50ff, 255",
        "5600, false",
        "5601, true",
        "60ffff, 65535",
        "61ffff, -1",
        "7100000007, 7",
        "70ffffffff, 4294967295",
        "723fc00000, 1.5",
    })
    void aPrimitiveIsItsText(String hex, String text) {
        byte[] header = HexFormat.of().parseHex(hex);
        if (hex.equals("a304c3a961")) {
            assertThat(AmqpText.decode(header)).as("too short: as it is").isEqualTo(header);
        } else if (hex.startsWith("a0")) {
            assertThat(AmqpText.decode(header)).isEqualTo(HexFormat.of().parseHex(text));
        } else {
            assertThat(new String(AmqpText.decode(header), UTF_8)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({"pump-045", "T5", "qabcd", "V1", "P!", "\u00e9", "a", "00000", "Sx"})
    void plainTextStaysWhatItIs(String text) {
        assertThat(new String(AmqpText.decode(text.getBytes(UTF_8)), UTF_8)).isEqualTo(text);
    }

    @Test
    void nothingIsEverAnError() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            byte[] header = new byte[random.nextInt(12)];
            random.nextBytes(header);
            assertThat(AmqpText.decode(header)).isNotNull();
        }
        byte[] negative = HexFormat.of().parseHex("b1ffffffff70");
        assertThat(AmqpText.decode(negative)).isEqualTo(negative);
    }
}
