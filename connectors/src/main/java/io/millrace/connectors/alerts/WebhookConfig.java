package io.millrace.connectors.alerts;

import io.millrace.connectors.delivery.HttpEndpoint;
import io.millrace.connectors.delivery.Patience;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.types.Password;

/** The configuration of {@link WebhookSinkConnector}. */
final class WebhookConfig extends AbstractConfig {
    private static final String PREFIX = "webhook";
    private static final String URL = "webhook.url";
    private static final String SECRET = "webhook.secret";
    private static final String AUTHORIZATION = "webhook.authorization";
    private static final String SEND = "webhook.send";
    private static final String ALL = "all";

    static final ConfigDef DEFINITION = Patience.define(new ConfigDef(), PREFIX)
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
                    "notify: what a person is to be told. all: every record.");

    WebhookConfig(Map<String, String> values) {
        super(DEFINITION, values);
    }

    HttpEndpoint endpoint() {
        return new HttpEndpoint(URI.create(getString(URL)), patience().timeout());
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

    Patience patience() {
        return Patience.of(this, PREFIX);
    }
}
