package io.millrace.connectors.alerts;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.types.Password;

/** The configuration of {@link WebhookSinkConnector}. */
final class WebhookConfig extends AbstractConfig {
    private static final String URL = "webhook.url";
    private static final String SECRET = "webhook.secret";
    private static final String AUTHORIZATION = "webhook.authorization";
    private static final String SEND = "webhook.send";
    private static final String TIMEOUT = "webhook.timeout.ms";
    private static final String BACKOFF = "webhook.backoff.ms";
    private static final String BACKOFF_MAX = "webhook.backoff.max.ms";
    private static final String RETRY_FOR = "webhook.retry.for.ms";
    private static final String ALL = "all";

    static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    URL,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    Validators.HTTP_URL,
                    Importance.HIGH,
                    "Where records are posted to.")
            .define(
                    SECRET,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Validators.SIGNING_SECRET,
                    Importance.HIGH,
                    "Signs what is posted (Standard Webhooks): whsec_ and a key in Base64, or any text. Give a reference,"
                            + " such as ${env:WEBHOOK_SECRET}.")
            .define(
                    AUTHORIZATION,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Importance.MEDIUM,
                    "The Authorization header, such as Bearer and a token. Give a reference.")
            .define(
                    SEND,
                    ConfigDef.Type.STRING,
                    "notify",
                    ValidString.in("notify", ALL),
                    Importance.MEDIUM,
                    "notify: what a person is to be told. all: every record.")
            .define(
                    TIMEOUT,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(100, 300_000),
                    Importance.LOW,
                    "How long the receiver may take to answer.")
            .define(
                    BACKOFF,
                    ConfigDef.Type.INT,
                    1_000,
                    Range.between(1, 3_600_000),
                    Importance.LOW,
                    "The pause after a first failure; each further one doubles it.")
            .define(
                    BACKOFF_MAX,
                    ConfigDef.Type.INT,
                    60_000,
                    Range.between(1, 3_600_000),
                    Importance.LOW,
                    "The longest pause.")
            .define(
                    RETRY_FOR,
                    ConfigDef.Type.LONG,
                    Duration.ofHours(1).toMillis(),
                    Range.atLeast(0),
                    Importance.MEDIUM,
                    "How long a record is tried before it becomes a dead letter.");

    WebhookConfig(Map<String, String> values) {
        super(DEFINITION, values);
    }

    HttpEndpoint endpoint() {
        return new HttpEndpoint(URI.create(getString(URL)), Duration.ofMillis(getInt(TIMEOUT)));
    }

    Optional<Signature> signature() {
        return Optional.ofNullable(getPassword(SECRET)).map(secret -> new Signature(secret.value()));
    }

    Optional<String> authorization() {
        return Optional.ofNullable(getPassword(AUTHORIZATION)).map(Password::value);
    }

    boolean sendsAll() {
        return getString(SEND).equals(ALL);
    }

    Backoff backoff() {
        return new Backoff(Duration.ofMillis(getInt(BACKOFF)), Duration.ofMillis(getInt(BACKOFF_MAX)));
    }

    Duration retryFor() {
        return Duration.ofMillis(getLong(RETRY_FOR));
    }
}
