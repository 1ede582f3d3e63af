package io.millrace.topology.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLayoutTest {
    @Test
    void givenNoLimitsThenTheDefaultsHold() {
        JsonLayout layout = JsonLayout.of(List.of("/a"), null, null);
        assertThat(layout.maxBytes()).isEqualTo(1_048_576);
        assertThat(layout.maxDepth()).isEqualTo(64);
    }

    @Test
    void givenLimitsOutOfTheirBoundsThenTheyAreRefused() {
        assertThatThrownBy(() -> new JsonLayout(List.of(), null, null, 0, 64))
                .hasMessage("maxBytes must be at least 1, got: 0");
        assertThatThrownBy(() -> new JsonLayout(List.of(), null, null, 1, 0))
                .hasMessage("maxDepth must be between 1 and 512, got: 0");
        assertThatThrownBy(() -> new JsonLayout(List.of(), null, null, 1, 513))
                .hasMessage("maxDepth must be between 1 and 512, got: 513");
    }

    @Test
    void givenAFieldTwiceThenItIsRefused() {
        assertThatThrownBy(() -> JsonLayout.of(List.of("/a", "/b", "/a"), null, null))
                .hasMessage("fields must differ, got twice: /a");
    }

    @Test
    void givenAPointerThatTheDepthLimitMakesUselessThenItIsRefused() {
        JsonPointer deep = JsonPointer.parse("/a/b/c");
        String message = "a field must not be deeper than maxDepth 2, got: 3 names in /a/b/c";
        assertThatThrownBy(() -> new JsonLayout(List.of(deep), null, null, 1, 2))
                .hasMessage(message);
        assertThatThrownBy(() -> new JsonLayout(List.of(), deep, null, 1, 2)).hasMessage(message);
        assertThatThrownBy(() -> new JsonLayout(List.of(), null, deep, 1, 2)).hasMessage(message);
    }

    @Test
    void givenAFieldInsideAnotherThenTheDecoderRefusesIt() {
        assertThatThrownBy(() -> new JsonDecoder(JsonLayout.of(List.of("/a/b", "/a"), null, null)))
                .hasMessage("no field may stand inside another wanted one, got fields inside: /a");
        assertThatThrownBy(() -> new JsonDecoder(JsonLayout.of(List.of("/a/b"), "/a", null)))
                .hasMessage("no field may stand inside another wanted one, got fields inside: /a");
    }
}
