package io.millrace.topology.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connector at the pipeline's edge: {@code source.connector}, or an element of {@code sinks}. Its settings are its
 * own, and are checked by it.
 *
 * @param path where it stands in the file, for problems that are found later
 * @param name unique in the pipeline
 * @param type a short name such as {@code webhook}, or the name of a connector's class
 * @param settings everything else, by the connector's own keys
 */
public record ConnectorConfig(String path, String name, String type, Map<String, Setting> settings) {
    static final TextRule TYPE =
            new TextRule("[A-Za-z][A-Za-z0-9_.$-]{0,199}", "must be a connector's short name or the name of its class");

    /**
     * A setting's value. It may be secret, and is not shown.
     *
     * @param value with what environment variables and files say
     * @param reference with the names of variables and files instead, as Kafka Connect fills them in: what may be
     *     written to a topic
     */
    public record Setting(String value, String reference) {
        @Override
        public String toString() {
            return "…";
        }
    }

    public ConnectorConfig {
        Rules.NAME.check("name", name);
        TYPE.check("type", type);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    @Override
    public String toString() {
        return name + " (" + type + ") " + new TreeMap<>(settings).keySet();
    }
}
