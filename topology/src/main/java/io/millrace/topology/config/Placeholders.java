package io.millrace.topology.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts environment variables and files in the place of <code>${env:NAME}</code> and <code>${file:PATH}</code>.
 * Other placeholders are left alone: Kafka's clients have their own. A value that is
 * refused is shown as it is written, not with what was put in.
 *
 * @param folder what relative paths start from
 * @param environment gives a variable's value, or null where it is not set
 */
record Placeholders(Path folder, Function<String, @Nullable String> environment) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(env|file):([^}]{0,1000})}");

    /** @throws Violation naming the variable or the file that cannot be had */
    String fill(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            String name = match.group(2);
            return Matcher.quoteReplacement(match.group(1).equals("env") ? variable(name) : file(name));
        });
    }

    /** The text as somebody else can fill it, wherever they stand: with the full paths of files. */
    String reference(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            String name = match.group(2);
            String full = match.group(1).equals("env")
                    ? name
                    : folder.resolve(name).toAbsolutePath().normalize().toString();
            return Matcher.quoteReplacement("${" + match.group(1) + ":" + full + "}");
        });
    }

    private String variable(String name) {
        String value = environment.apply(name);
        if (value == null) {
            throw new Violation("needs the environment variable " + name + ", which is not set");
        }
        return value;
    }

    /** The text of the file without the newline that an editor or {@code echo} leaves at its end. */
    private String file(String name) {
        try {
            return TextFile.read(folder.resolve(name)).replaceFirst("\\r?\\n\\z", "");
        } catch (InvalidPathException e) {
            throw new Violation("needs the file " + name + ", which is no path");
        } catch (Violation e) {
            throw new Violation("needs the file " + name + ", which " + e.rule());
        }
    }
}
