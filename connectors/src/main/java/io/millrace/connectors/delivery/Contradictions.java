package io.millrace.connectors.delivery;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/** What is wrong between values of a configuration that are each right: what Kafka's definitions cannot say. */
public final class Contradictions {
    private Contradictions() {}

    /**
     * Adds them to what Kafka Connect has found, where that is nothing.
     *
     * @param find what is wrong, by the key at fault; asked for sound values only
     */
    public static Config add(Config checked, Supplier<Map<String, String>> find) {
        if (checked.configValues().stream()
                .allMatch(value -> value.errorMessages().isEmpty())) {
            Map<String, String> wrong = find.get();
            for (ConfigValue value : checked.configValues()) {
                String why = wrong.get(value.name());
                if (why != null) {
                    value.addErrorMessage(value.name() + ' ' + why);
                }
            }
        }
        return checked;
    }

    /** @throws ConfigException if there are any */
    public static void refuse(Map<String, String> wrong) {
        wrong.forEach((key, why) -> {
            throw new ConfigException(key + ' ' + why);
        });
    }
}
