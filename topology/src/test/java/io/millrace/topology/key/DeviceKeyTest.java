package io.millrace.topology.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeviceKeyTest {
    private final Event event = new Event(0);

    private Decoded byKey(byte @Nullable [] key) {
        event.reset(0);
        return DeviceKey.RECORD_KEY.resolve(new RawEvent("t", 0, 0, 0, key, null), event);
    }

    private void assertRefused(byte @Nullable [] key, String detail) {
        assertThat(byKey(key)).isEqualTo(new Rejected("key", Reason.NO_DEVICE, null, detail));
    }

    @Test
    void theRecordsKeyIsTheDevice() {
        byte[] key = "pumpe-ä-泵-🚰".getBytes(UTF_8);

        assertThat(byKey(key)).isSameAs(event);
        assertThat(event.device()).isEqualTo(key);
        assertThat(byKey(new byte[DeviceKey.MAX_BYTES])).isSameAs(event);
    }

    @Test
    void aRecordWithoutAUsableKeyIsRefused() {
        assertRefused(null, "the record's key must name the device, got none");
        assertRefused(new byte[0], "the record's key must name the device, got none");
        assertRefused(new byte[257], "the record's key must have at most 256 bytes, got: 257");
    }

    /** Such a key would make predictions that no JSON parser reads, and alerts that share a key. */
    @Test
    void aKeyThatIsNotTextIsRefused() {
        assertRefused(new byte[] {'p', (byte) 0xff}, "the record's key must be UTF-8, got other bytes");
        assertRefused(new byte[] {(byte) 0xc3}, "the record's key must be UTF-8, got other bytes");
        assertRefused(
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, "the record's key must be UTF-8, got other bytes");
    }

    @Test
    void aFieldsDeviceStays() {
        event.setDevice(new byte[] {'x'});

        assertThat(DeviceKey.FIELD.resolve(new RawEvent("t", 0, 0, 0, null, null), event))
                .isSameAs(event);
        assertThat(event.device()).containsExactly('x');
    }
}
