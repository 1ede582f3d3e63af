package io.millrace.topology.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPointerTest {
    @Test
    void givenNestedNamesThenEachIsAToken() {
        assertThat(JsonPointer.parse("/motor/current").tokens()).containsExactly("motor", "current");
        assertThat(JsonPointer.parse("/").tokens()).containsExactly("");
        assertThat(JsonPointer.parse("/a//b/").tokens()).containsExactly("a", "", "b", "");
    }

    @Test
    void givenEscapesThenTheyAreReadAsRfc6901Says() {
        assertThat(JsonPointer.parse("/a~1b/m~0n/~01").tokens()).isEqualTo(List.of("a/b", "m~n", "~1"));
        assertThat(JsonPointer.parse("/a~1b")).hasToString("/a~1b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "temperature", "#/a"})
    void givenNoLeadingSlashThenItIsRefused(String text) {
        assertThatThrownBy(() -> JsonPointer.parse(text))
                .hasMessage("a JSON pointer must start with '/', got: '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a~", "/a~2", "/~/b", "/~0~"})
    void givenAStrayTildeThenItIsRefused(String text) {
        assertThatThrownBy(() -> JsonPointer.parse(text))
                .hasMessage("in a JSON pointer '~' must be followed by 0 or 1, got: '" + text + "'");
    }
}
