package io.millrace.topology.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules that more than one key shares. */
final class Rules {
    /** RFC 6901, without the empty pointer, which would be the whole record. */
    static final TextRule POINTER =
            new TextRule("(?s)/(?!.*~([^01]|\\z)).*", "must be a JSON pointer such as /temperature");

    static final TextRule NAME = new TextRule(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,99}",
            "must be 1 to 100 letters, digits, '.', '_' or '-', with a letter or digit first");
    static final TextRule LABEL = new TextRule("[^\\p{Cc}]{1,200}", "must be 1 to 200 printable characters");
    static final TextRule TOPIC = new TextRule(
            "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}",
            "must be a Kafka topic's name: 1 to 249 letters, digits, '.', '_' or '-'");
    static final TextRule SHA256 = new TextRule("[0-9a-fA-F]{64}", "must be 64 hexadecimal digits");

    /** How far back anything may look, in events of one device. */
    static final IntRange EVENTS = new IntRange(1, 4096);

    /** Anything at all; for values that are somebody else's to judge. */
    static final Rule<String> TEXT = text -> text;

    static final Rule<Boolean> FLAG = text -> switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new Violation("must be true or false");
    };

    static final Rule<Double> NUMBER = text -> {
        // The length keeps the pattern quick; Double.parseDouble alone would take NaN, Infinity, 1f and hexadecimal.
        if (text.length() > 64
                || !text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")
                || Double.isInfinite(Double.parseDouble(text))) {
            throw new Violation("must be a number");
        }
        return Double.parseDouble(text);
    };

    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,9})([A-Za-z]+)");
    private static final Map<String, Duration> TIME_UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZE_UNITS =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    static final Rule<Duration> DURATION = text -> {
        Matcher quantity = QUANTITY.matcher(text);
        if (!quantity.matches() || !TIME_UNITS.containsKey(quantity.group(2))) {
            throw new Violation("must be a duration in ms, s, m, h or d, such as 200ms or 5s");
        }
        return TIME_UNITS.get(quantity.group(2)).multipliedBy(Long.parseLong(quantity.group(1)));
    };

    private Rules() {}

    /** A size in bytes within the range. */
    static Rule<Integer> size(IntRange range) {
        return text -> {
            Matcher quantity = QUANTITY.matcher(text);
            if (!quantity.matches() || !SIZE_UNITS.containsKey(quantity.group(2))) {
                throw new Violation("must be a size in B, KiB, MiB or GiB, such as 64KiB");
            }
            long bytes = Long.parseLong(quantity.group(1)) * SIZE_UNITS.get(quantity.group(2));
            if (bytes < range.min() || bytes > range.max()) {
                throw new Violation("must be between " + range.min() + " and " + range.max() + " bytes");
            }
            return (int) bytes;
        };
    }

    /** One of the constants, written in lower case. */
    static <E extends Enum<E>> Rule<E> oneOf(Class<E> type) {
        return text -> Stream.of(type.getEnumConstants())
                .filter(constant -> lowerCase(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new Violation("must be one of "
                        + Stream.of(type.getEnumConstants())
                                .map(Rules::lowerCase)
                                .collect(Collectors.joining(", "))));
    }

    static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** A path, relative to the folder of the file that names it. */
    static Rule<Path> path(Path folder) {
        return text -> {
            try {
                if (!text.isEmpty()) {
                    return folder.resolve(text);
                }
            } catch (InvalidPathException e) {
                // The rule below says it.
            }
            throw new Violation("must be a path");
        };
    }
}
