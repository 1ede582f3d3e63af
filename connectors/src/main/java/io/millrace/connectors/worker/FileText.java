package io.millrace.connectors.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.ConfigProvider;

/**
 * Fills <code>${file:PATH}</code> with the text of that file, less the newline at its end: how secrets are mounted.
 * Kafka's own providers read properties files, or keep the newline.
 */
public final class FileText implements ConfigProvider {
    @Override
    public void configure(Map<String, ?> configs) {
        // nothing to be told
    }

    @Override
    public ConfigData get(String path) {
        throw new ConfigException("${file:PATH} must name one file, got no file in: " + path);
    }

    @Override
    public ConfigData get(String path, Set<String> files) {
        Map<String, String> texts = new HashMap<>();
        for (String file : files) {
            try {
                texts.put(file, Files.readString(Path.of(file)).replaceFirst("\\r?\\n\\z", ""));
            } catch (IOException e) {
                throw new ConfigException("${file:" + file + "} must name a file that can be read, got: " + e);
            }
        }
        return new ConfigData(texts);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
