package io.millrace.connectors.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class SignatureTest {
    /** The example of Standard Webhooks' reference libraries. */
    @Test
    void signsAsStandardWebhooksDoes() {
        Signature signature = new Signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(signature.headers(
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        Instant.ofEpochSecond(1614265330),
                        "{\"test\": 2432232314}".getBytes(UTF_8)))
                .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
                .containsEntry("webhook-timestamp", "1614265330")
                .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
    }

    @Test
    void refusesASecretWithoutTellingIt() {
        assertThatThrownBy(() -> Signature.key("whsec_$$$"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("webhook.secret must be Base64")
                .hasMessageNotContaining("$$$");
        assertThatThrownBy(() -> Signature.key("")).hasMessageContaining("must not be empty");
    }
}
