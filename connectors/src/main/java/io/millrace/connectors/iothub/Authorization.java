package io.millrace.connectors.iothub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What proves to IoT Hub who is asking: the value of the header {@code Authorization}. Thread-safe. */
@FunctionalInterface
public interface Authorization {
    /** A value that holds for some minutes at least. */
    String header();

    /** By the key of a shared access policy: tokens of an hour, a new one ten minutes before the last one ends. */
    static Authorization shared(HubConnection connection, Clock clock) {
        return new Authorization() {
            private static final Duration LIFE = Duration.ofHours(1);
            private static final Duration EARLY = Duration.ofMinutes(10);
            private String token = "";
            private Instant renewal = Instant.MIN;

            @Override
            public synchronized String header() {
                if (!clock.instant().isBefore(renewal)) {
                    Instant expiry = clock.instant().plus(LIFE);
                    token = sign(connection, connection.hostName(), expiry);
                    renewal = expiry.minus(EARLY);
                }
                return token;
            }
        };
    }

    /** Signs a resource, as Microsoft's page "Control access to IoT Hub" has it. */
    static String sign(HubConnection connection, String resource, Instant expiry) {
        String encoded = URLEncoder.encode(resource, UTF_8);
        long seconds = expiry.getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(connection.key()), "HmacSHA256"));
            byte[] signature = mac.doFinal((encoded + '\n' + seconds).getBytes(UTF_8));
            return "SharedAccessSignature sr=" + encoded + "&sig="
                    + URLEncoder.encode(Base64.getEncoder().encodeToString(signature), UTF_8) + "&se=" + seconds
                    + "&skn=" + URLEncoder.encode(connection.keyName(), UTF_8);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
