package io.millrace.connectors.alerts;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The rules of configuration values that Kafka has no validator for. */
final class Validators {
    static final ConfigDef.Validator HTTP_URL =
            LambdaValidator.with(Validators::checkUrl, () -> "an http: or https: URL");
    static final ConfigDef.Validator HTTP_URLS = LambdaValidator.with(
            (name, value) -> {
                if (!(value instanceof List<?> urls) || urls.isEmpty()) {
                    throw new ConfigException(name, value, "must have one http: or https: URL or more");
                }
                urls.forEach(url -> checkUrl(name, url));
            },
            () -> "http: or https: URLs");
    static final ConfigDef.Validator LABELS = LambdaValidator.with(
            (name, value) -> {
                for (Object label : (List<?>) value) {
                    if (!((String) label).matches("[A-Za-z_][A-Za-z0-9_]*=.+")) {
                        throw new ConfigException(name, label, "must be name=value, the name of letters, digits and _");
                    }
                }
            },
            () -> "name=value, …");
    static final ConfigDef.Validator SIGNING_SECRET = LambdaValidator.with(
            (name, value) -> {
                if (value instanceof Password secret) {
                    Signature.key(secret.value());
                }
            },
            () -> "whsec_ and a key in Base64, or any text");

    private Validators() {}

    private static void checkUrl(String name, Object value) {
        try {
            URI url = value == null ? null : new URI((String) value);
            if (url != null
                    && url.getHost() != null
                    && String.valueOf(url.getScheme()).matches("https?")) {
                return;
            }
        } catch (URISyntaxException e) {
            throw new ConfigException(name, value, "must be an http: or https: URL (" + e.getReason() + ")");
        }
        throw new ConfigException(name, value, "must be an http: or https: URL with a host");
    }
}
