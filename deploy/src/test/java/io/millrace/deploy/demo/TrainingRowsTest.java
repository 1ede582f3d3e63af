package io.millrace.deploy.demo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TrainingRowsTest {
    @Test
    void theFolderIsTheOnlyArgument() {
        assertThatThrownBy(() -> TrainingRows.main(new String[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TrainingRows takes one argument, the folder, got: 0");
    }
}
