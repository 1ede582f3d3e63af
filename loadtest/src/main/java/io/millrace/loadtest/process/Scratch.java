package io.millrace.loadtest.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Utils;

/** A temporary folder for what a command's processes write. It goes with the command, unless something was wrong. */
public final class Scratch implements AutoCloseable {
    private final Path folder;
    private boolean well;

    private Scratch(Path folder) {
        this.folder = folder;
    }

    public static Scratch make() throws IOException {
        return new Scratch(Files.createTempDirectory("millrace-loadtest-"));
    }

    public Path folder() {
        return folder;
    }

    /** Takes note of the command's exit status, and returns it. */
    public int end(int status) {
        well = status == 0;
        return status;
    }

    @Override
    public void close() throws IOException {
        if (well) {
            Utils.delete(folder.toFile());
        } else {
            System.out.println("logs: " + folder);
        }
    }
}
