package io.millrace.connectors.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class LookupTest {
    @Test
    void aResolverThatDoesNotAnswerIsNotWaitedFor() {
        CountDownLatch answered = new CountDownLatch(1);

        assertThatThrownBy(() -> Lookup.of("slow.example", Duration.ofMillis(50), () -> {
                    answered.await();
                    return InetAddress.getLoopbackAddress();
                }))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("nobody knows the host slow.example within 50 ms");
        answered.countDown();
    }

    @Test
    void findsAHostOrNamesIt() throws Exception {
        assertThat(Lookup.of("127.0.0.1", Duration.ofSeconds(30)).getHostAddress())
                .isEqualTo("127.0.0.1");
        assertThatThrownBy(() -> Lookup.of("nobody.invalid", Duration.ofSeconds(30)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageStartingWith("nobody knows the host nobody.invalid");
    }
}
