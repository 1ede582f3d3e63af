package io.millrace.connectors.alerts;

import io.millrace.connectors.delivery.HttpEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.types.Password;

/** The configuration of {@link AlertmanagerSinkConnector}. */
final class AlertmanagerConfig extends AbstractConfig {
    private static final String URLS = "alertmanager.urls";
    private static final String AUTHORIZATION = "alertmanager.authorization";
    private static final String LABELS = "alertmanager.labels";
    private static final String RESEND = "alertmanager.resend.ms";
    private static final String TIMEOUT = "alertmanager.timeout.ms";

    static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    URLS,
                    ConfigDef.Type.LIST,
                    ConfigDef.NO_DEFAULT_VALUE,
                    Validators.HTTP_URLS,
                    Importance.HIGH,
                    "Every Alertmanager of a cluster, such as http://alertmanager:9093; each is told of each alert.")
            .define(
                    AUTHORIZATION,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Importance.MEDIUM,
                    "The Authorization header, such as Bearer and a token. Give a reference.")
            .define(
                    LABELS,
                    ConfigDef.Type.LIST,
                    "",
                    Validators.LABELS,
                    Importance.MEDIUM,
                    "Labels that every alert is to bear, as name=value.")
            .define(
                    RESEND,
                    ConfigDef.Type.INT,
                    60_000,
                    Range.between(1_000, 3_600_000),
                    Importance.LOW,
                    "How often an open alert is sent again. Alertmanager takes one that it has not heard of for four"
                            + " times as long for resolved.")
            .define(
                    TIMEOUT,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(100, 300_000),
                    Importance.LOW,
                    "How long an Alertmanager may take to answer.");

    AlertmanagerConfig(Map<String, String> values) {
        super(DEFINITION, values);
    }

    List<HttpEndpoint> endpoints() {
        Duration timeout = Duration.ofMillis(getInt(TIMEOUT));
        return getList(URLS).stream()
                .map(url -> URI.create(url.replaceFirst("/*$", "") + "/api/v2/alerts"))
                .map(url -> new HttpEndpoint(url, timeout))
                .toList();
    }

    Optional<String> authorization() {
        return Optional.ofNullable(getPassword(AUTHORIZATION)).map(Password::value);
    }

    Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        getList(LABELS).forEach(label -> {
            int equals = label.indexOf('=');
            labels.put(label.substring(0, equals), label.substring(equals + 1));
        });
        return labels;
    }

    Duration resend() {
        return Duration.ofMillis(getInt(RESEND));
    }
}
