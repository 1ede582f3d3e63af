package io.millrace.topology.config;

import io.millrace.topology.config.ConnectorConfig.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code source.connector}, {@code sources}, {@code sinks} and {@code connect}. */
final class ConnectReader {
    private static final String SOURCE_NAME = "source";

    private ConnectReader() {}

    static ConnectConfig read(Section root, Optional<ConnectorConfig> source) {
        List<ConnectorConfig> sources = named(root.list("sources"));
        List<ConnectorConfig> sinks = named(root.list("sinks"));
        Map<String, String> worker = new LinkedHashMap<>();
        Section connect = root.section("connect");
        connect.all().forEach((key, value) -> value.as(Rules.TEXT).ifPresent(text -> worker.put(key, text)));
        return new ConnectConfig(source, sources, sinks, worker);
    }

    private static List<ConnectorConfig> named(List<Value> elements) {
        List<ConnectorConfig> connectors = new ArrayList<>();
        for (Value element : elements) {
            Section section = element.section();
            String name = section.require("name", Rules.NAME, "stand-in");
            connector(element.path(), name, section).ifPresent(connectors::add);
        }
        return connectors;
    }

    /** The pipeline's source connector, if it has one. */
    static Optional<ConnectorConfig> source(Section source) {
        return source.value("connector").flatMap(connector -> {
            Section section = connector.section();
            return connector(connector.path(), section.get("name", Rules.NAME, SOURCE_NAME), section);
        });
    }

    private static Optional<ConnectorConfig> connector(String path, String name, Section section) {
        String type = section.require("type", ConnectorConfig.TYPE, "stand-in");
        Map<String, Setting> settings = new LinkedHashMap<>();
        section.all().forEach((key, value) -> {
            if (!key.equals("name") && !key.equals("type")) {
                value.setting().ifPresent(setting -> settings.put(key, setting));
            }
        });
        return section.build(() -> new ConnectorConfig(path, name, type, settings));
    }
}
