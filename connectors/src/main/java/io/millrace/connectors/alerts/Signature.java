package io.millrace.connectors.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.config.ConfigException;

/**
 * Signs what is posted, as Standard Webhooks 1.0 has it: HMAC-SHA256 over {@code id.timestamp.body}, so that a receiver
 * knows who sent it, that it is whole, and that it is not an old one sent again.
 *
 * <p>Not thread-safe.
 */
final class Signature {
    private static final String PREFIX = "whsec_";

    private final Mac mac;

    /** @param secret {@code whsec_} and the key in Base64, or the key itself as text */
    Signature(String secret) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** @throws ConfigException if the secret cannot be used; it does not say the secret */
    static byte[] key(String secret) {
        if (secret.startsWith(PREFIX)) {
            try {
                return nonEmpty(Base64.getDecoder().decode(secret.substring(PREFIX.length())));
            } catch (IllegalArgumentException e) {
                throw new ConfigException("webhook.secret must be Base64 after " + PREFIX);
            }
        }
        return nonEmpty(secret.getBytes(UTF_8));
    }

    private static byte[] nonEmpty(byte[] key) {
        if (key.length == 0) {
            throw new ConfigException("webhook.secret must not be empty; leave the key out to send unsigned");
        }
        return key;
    }

    /** The headers that prove the body. */
    Map<String, String> headers(String id, Instant now, byte[] body) {
        String timestamp = Long.toString(now.getEpochSecond());
        mac.update((id + '.' + timestamp + '.').getBytes(UTF_8));
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(body));
        return Map.of(
                "webhook-id", id,
                "webhook-timestamp", timestamp,
                "webhook-signature", "v1," + signature);
    }
}
