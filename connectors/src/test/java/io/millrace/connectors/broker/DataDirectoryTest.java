package io.millrace.connectors.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private final Path temp;
    private final Path path;

    DataDirectoryTest(@TempDir Path temp) {
        this.temp = temp;
        this.path = temp.resolve("deep").resolve("data");
    }

    @Test
    void isFormattedOnceOnly() {
        // Given
        String first;
        try (DataDirectory directory = DataDirectory.open(path)) {
            first = directory.formatted().clusterId().orElseThrow();
        }

        // When
        try (DataDirectory again = DataDirectory.open(path)) {

            // Then
            assertThat(again.formatted().clusterId()).contains(first);
        }
    }

    @Test
    void canBeFormattedAfterAnInterruptedFirstStart() throws IOException {
        // Given
        Files.createDirectories(path);
        Files.writeString(path.resolve("bootstrap.checkpoint"), "half");

        // When
        try (DataDirectory directory = DataDirectory.open(path)) {

            // Then
            assertThat(directory.formatted().clusterId()).isPresent();
            assertThat(directory.bootstrapMetadata().records()).isNotEmpty();
        }
    }

    @Test
    void mustNotBeAFile() throws IOException {
        // Given
        Files.createDirectories(temp.resolve("deep"));
        Files.writeString(path, "in the way");

        // Then
        assertThatThrownBy(() -> DataDirectory.open(path))
                .isInstanceOf(BrokerException.class)
                .hasMessage("broker directory must be a directory, got a file: " + path + "; name another directory");
    }

    @Test
    void mustBeWritable() throws IOException {
        // Given a file where a parent directory should be: nobody can write there, not even root
        Files.writeString(temp.resolve("deep"), "in the way");

        // Then
        assertThatThrownBy(() -> DataDirectory.open(path))
                .isInstanceOf(BrokerException.class)
                .hasMessageStartingWith("broker directory must be writable, got: " + path + " (")
                .hasMessageEndingWith("); change its permissions or name another directory");
    }

    @Test
    void mustNotHoldOtherPeoplesFiles() throws IOException {
        // Given
        Files.createDirectories(path);
        Files.writeString(path.resolve("thesis.odt"), "precious");

        // Then
        try (DataDirectory directory = DataDirectory.open(path)) {
            assertThatThrownBy(directory::formatted)
                    .hasMessage("broker directory must be empty on first use, got: " + path
                            + " with thesis.odt in it and no meta.properties; name an empty or a new directory");
        }
        assertThat(path.resolve("meta.properties")).doesNotExist();
    }

    @Test
    void mustNotBeCorrupt() throws IOException {
        // Given
        Files.createDirectories(path);
        Files.writeString(path.resolve("meta.properties"), "version=99\n");

        // Then
        assertUnreadable();
        assertThat(path.resolve("meta.properties")).hasContent("version=99");
    }

    @Test
    void mustNotBeThatOfAnotherNode() throws IOException {
        // Given
        Files.createDirectories(path);
        Files.writeString(
                path.resolve("meta.properties"),
                "version=1\nnode.id=7\ncluster.id=4L6g3nShT-eMCtK--X86sw\ndirectory.id=Gd1DU4BlTTqQyGXaJZ1G2A\n");

        // Then
        assertUnreadable();
    }

    private void assertUnreadable() {
        try (DataDirectory directory = DataDirectory.open(path)) {
            assertThatThrownBy(directory::formatted)
                    .isInstanceOf(BrokerException.class)
                    .hasMessageStartingWith("broker directory must hold the data of a Millrace broker of this or an "
                            + "earlier version, got: " + path + " (")
                    .hasMessageEndingWith("); name another directory, or move this one away to start empty");
        }
    }

    @Test
    void servesOneBrokerOfAProcess() {
        try (DataDirectory first = DataDirectory.open(path)) {
            assertThat(first).isNotNull();
            assertInUse();
        }
        DataDirectory.open(path).close();
    }

    @Test
    void servesOneProcess() throws Exception {
        // Given
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DirectoryHolder.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = other.inputReader()) {
            assertThat(output.readLine()).isEqualTo("held");

            // Then
            assertInUse();
        } finally {
            other.destroyForcibly().waitFor();
        }
        DataDirectory.open(path).close();
    }

    private void assertInUse() {
        assertThatThrownBy(() -> DataDirectory.open(path))
                .isInstanceOf(BrokerException.class)
                .hasMessage("broker directory must be used by one broker at a time, in use by another: " + path
                        + "; stop the other broker or name another directory");
    }

    /** Another process that holds a directory until it is killed. */
    static final class DirectoryHolder {
        private DirectoryHolder() {}

        public static void main(String[] args) throws IOException {
            try (DataDirectory held = DataDirectory.open(Path.of(args[0]))) {
                System.out.println(held == null ? "not held" : "held");
                int end = System.in.read();
                System.out.println("ended by " + end);
            }
        }
    }
}
