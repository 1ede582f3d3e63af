package io.millrace.loadtest.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void readsSecondsAndSkipsComments() throws IOException {
        Path file = write("# from the field\n0\n0.5\n\n0.5\n2e0\n");

        Recorded recorded = Recorded.read(file);

        assertThat(RateProfileTest.times(recorded)).containsExactly(0L, 500_000_000L, 500_000_000L, 2_000_000_000L);
        assertThat(recorded.durationNanos()).isEqualTo(2_000_000_000L);
    }

    @Test
    void saysWhichLineIsWrong() throws IOException {
        Path descending = write("1\n0.5\n");
        assertThatThrownBy(() -> Recorded.read(descending))
                .hasMessage("send times must ascend, got: 0.5 (schedule.txt line 2)");
        Path words = write("soon\n");
        assertThatThrownBy(() -> Recorded.read(words))
                .hasMessage("a send time must be seconds after the start, got: soon (schedule.txt line 1)");
        Path empty = write("");
        assertThatThrownBy(() -> Recorded.read(empty))
                .hasMessage("a recorded schedule must have at least 1 send time, got: 0");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("schedule.txt"), text);
    }
}
