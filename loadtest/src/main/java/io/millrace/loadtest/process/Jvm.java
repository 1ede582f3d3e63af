package io.millrace.loadtest.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a Java virtual machine like this one, started directly so that a signal hits it and no shell. */
public final class Jvm {

    private Jvm() {}

    /** {@code java flags -cp classPath main arguments}. */
    public static List<String> command(List<String> flags, String classPath, String main, List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(flags);
        if (Runtime.version().feature() >= 24) { // as the launcher does
            words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        words.addAll(List.of("-cp", classPath, main));
        words.addAll(arguments);
        return words;
    }
}
