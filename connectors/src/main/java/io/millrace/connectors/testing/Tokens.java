package io.millrace.connectors.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks shared access signatures, and the bearer tokens that a test has announced. Thread-safe. */
final class Tokens {
    /** A refusal; the message is for the client. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** What a token allows: everything below a path, for a time. */
    record Grant(String path, Instant expires) {
        boolean covers(String wanted, Instant now) {
            String lower = wanted.toLowerCase(Locale.ROOT);
            boolean below = path.isEmpty() || lower.equals(path) || lower.startsWith(path + '/');
            return below && now.isBefore(expires);
        }
    }

    static final String SAS = "servicebus.windows.net:sastoken";
    static final String JWT = "jwt";
    private static final Instant NEVER = Instant.MAX;

    private final String keyName;
    private final String key;
    private final Set<String> bearers = ConcurrentHashMap.newKeySet();

    Tokens(String keyName, String key) {
        this.keyName = keyName;
        this.key = key;
    }

    void acceptBearer(String token) {
        bearers.add(token);
    }

    /** SASL PLAIN with a policy's name and its key, or as IoT Hub takes it with a token for a password. */
    Grant plain(String user, String password, Instant now) throws Refused {
        if (user.equals(keyName) && sameText(password, key)) {
            return new Grant("", NEVER);
        }
        if (user.startsWith(keyName + "@sas.root.")) {
            return signature(password, Base64.getDecoder().decode(key), now); // IoT Hub's way
        }
        throw new Refused("Unauthorized access: no such policy, or not its key");
    }

    /** A token put to $cbs for an audience. */
    Grant put(String type, String token, String audience, Instant now) throws Refused {
        if (type.equals(JWT)) {
            if (!bearers.contains(token)) {
                throw new Refused("InvalidToken: the bearer token is not known here");
            }
            return new Grant(path(audience), now.plusSeconds(3_600));
        }
        if (!type.equals(SAS)) {
            throw new Refused("InvalidToken: unknown token type '" + type + "'");
        }
        Grant signed = signature(token, key.getBytes(UTF_8), now);
        if (!signed.covers(path(audience), now)) {
            throw new Refused("InvalidAudience: the token is for another resource than " + audience);
        }
        return new Grant(path(audience), signed.expires());
    }

    private Grant signature(String token, byte[] signingKey, Instant now) throws Refused {
        Map<String, String> fields = new HashMap<>();
        if (token.startsWith("SharedAccessSignature ")) {
            for (String field :
                    token.substring("SharedAccessSignature ".length()).split("&", -1)) {
                int equals = field.indexOf('=');
                if (equals > 0) {
                    fields.put(field.substring(0, equals), field.substring(equals + 1));
                }
            }
        }
        String resource = fields.get("sr");
        String expiry = fields.get("se");
        String given = fields.get("sig");
        if (resource == null || expiry == null || given == null || !keyName.equals(fields.get("skn"))) {
            throw new Refused("InvalidSignature: the token's signature or policy is missing or not known");
        }
        if (!sameText(URLDecoder.decode(given, UTF_8), sign(signingKey, resource + '\n' + expiry))) {
            throw new Refused("InvalidSignature: the token has an invalid signature");
        }
        Instant expires = expiry.matches("\\d{1,18}") ? Instant.ofEpochSecond(Long.parseLong(expiry)) : Instant.MIN;
        if (!now.isBefore(expires)) {
            throw new Refused("ExpiredToken: the token is expired");
        }
        return new Grant(path(URLDecoder.decode(resource, UTF_8)), expires);
    }

    private static String sign(byte[] signingKey, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(signingKey, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static boolean sameText(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    /** The path of {@code amqp://host/path} or of IoT Hub's {@code host/path}, in lower case, without its slashes. */
    private static String path(String resource) {
        String withoutHost = resource.replaceFirst("^(?:[a-z]+://)?[^/]*", "");
        return withoutHost.replaceAll("^/+|/+$", "").toLowerCase(Locale.ROOT);
    }
}
