package io.millrace.loadtest.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where Millrace's launcher is, and how it is spoken to. */
public final class Home {

    /** The environment variable that holds the launcher's options for its Java virtual machine. */
    public static final String JAVA_OPTIONS = "MILLRACE_JAVA_OPTS";

    private static final String LAUNCHER = "MILLRACE";

    private Home() {}

    /** The launcher that started this program, else {@code deploy/millrace} in this folder or the nearest above. */
    public static Path launcher() {
        String given = System.getenv(LAUNCHER);
        if (given != null) {
            return Path.of(given);
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path launcher = folder.resolve("deploy/millrace");
            if (Files.isRegularFile(launcher)) {
                return launcher;
            }
        }
        throw new IllegalArgumentException("deploy/millrace must be what " + LAUNCHER
                + " names or lie in this folder or one above, got: " + start);
    }
}
