package io.millrace.loadtest.baseline;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** A baseline's {@code key=value} arguments. */
final class Arguments {

    private static final String KAFKA = "kafka.";

    private final Map<String, String> values = new TreeMap<>();

    Arguments(String... arguments) {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
    }

    String get(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " must be given, got: " + values.keySet());
        }
        return value;
    }

    int number(String key) {
        return Integer.parseInt(get(key));
    }

    boolean flag(String key) {
        return Boolean.parseBoolean(get(key));
    }

    /** The settings that begin with {@code kafka.}, without it. */
    Properties kafka() {
        Properties kafka = new Properties();
        values.forEach((key, value) -> {
            if (key.startsWith(KAFKA)) {
                kafka.put(key.substring(KAFKA.length()), value);
            }
        });
        return kafka;
    }

    /**
     * The same for one client, as Kafka Streams reads them: those that begin with its kind go before those without.
     *
     * @param kind {@code producer} or {@code consumer}
     */
    Properties kafka(String kind) {
        Properties kafka = kafka();
        values.forEach((key, value) -> {
            if (key.startsWith(KAFKA + kind + ".")) {
                kafka.put(key.substring(KAFKA.length() + kind.length() + 1), value);
            }
        });
        return kafka;
    }
}
