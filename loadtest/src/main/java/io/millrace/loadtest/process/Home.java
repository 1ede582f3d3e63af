package io.millrace.loadtest.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where Millrace's launcher is. */
public final class Home {

    private Home() {}

    /** The {@code millrace} launcher: under {@code MILLRACE_HOME}, else in the nearest folder above that has one. */
    public static Path launcher() {
        String home = System.getenv("MILLRACE_HOME");
        Path start = Path.of(home == null ? "" : home).toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            for (String place : new String[] {"deploy/millrace", "bin/millrace", "millrace"}) {
                Path launcher = folder.resolve(place);
                if (Files.isRegularFile(launcher)) {
                    return launcher;
                }
            }
        }
        throw new IllegalArgumentException(
                "deploy/millrace must be in MILLRACE_HOME, the working folder or one above it, got: " + start);
    }
}
