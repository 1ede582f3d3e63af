package io.millrace.deploy.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page in a real browser, over synthetic pumps. */
class PageBrowserIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LiveState state = new LiveState("pump-health", SyntheticPumps.SIGNALS, Clock.systemUTC());
    private final SyntheticPumps pumps = new SyntheticPumps(state, 12);
    private final ScheduledExecutorService feed = Executors.newSingleThreadScheduledExecutor();
    private PageServer server = start(0);
    private Future<?> feeding = feed.submit(() -> {});

    @BeforeEach
    void feed() {
        assumeTrue(PageDriver.available(), PageDriver.missing());
        feeding = feed.scheduleAtFixedRate(() -> pumps.tick(System.currentTimeMillis()), 0, 100, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void close() {
        feeding.cancel(true);
        feed.shutdownNow();
        server.close();
    }

    @Test
    void showsALiveScoreAndAnAlertThatOpensAndClears() {
        try (PageDriver page = PageDriver.open(uri())) {
            // Given
            await().atMost(PATIENCE)
                    .until(() -> page.scored() > 0 && !page.score().isEmpty());
            assertThat(page.pipeline()).isEqualTo("pump-health");
            assertThat(page.readiness()).isEqualTo("ready");
            assertThat(page.device()).as("the first device is picked by itself").isEqualTo("pump-000");
            assertThat(page.deviceCharts()).isEqualTo(1 + SyntheticPumps.SIGNALS.size());

            // Then the score lives
            String score = page.score();
            await().atMost(PATIENCE).until(() -> !page.score().equals(score));

            // When
            page.pickByKeyboard("007");
            await().atMost(PATIENCE).until(() -> page.device().equals("pump-007"));
            pumps.breakDown("pump-003");

            // Then
            await().atMost(PATIENCE).until(() -> page.alerts("FIRING").contains("pump-003/bearing-wear"));
            assertThat(page.announced()).isEqualTo("critical alert: pump-003, bearing-wear");
            await().atMost(PATIENCE).until(() -> page.firing() == 1);
            page.pickByAlert("pump-003/bearing-wear");
            await().atMost(PATIENCE).until(() -> page.device().equals("pump-003"));

            // When
            pumps.repair("pump-003");

            // Then
            await().atMost(PATIENCE).until(() -> page.alerts("RESOLVED").contains("pump-003/bearing-wear"));
            await().atMost(PATIENCE).until(() -> page.firing() == 0);
            await().atMost(PATIENCE)
                    .until(() -> page.deadLetters() > 0
                            && page.deadLetterRows().stream().anyMatch(row -> row.contains("decode")));
            assertThat(page.overflowsAt(390)).isFalse();
            assertThat(page.complaints()).isEmpty();
        }
    }

    @Test
    void saysThatTheConnectionIsLostAndComesBack() {
        try (PageDriver page = PageDriver.open(uri())) {
            // Given
            await().atMost(PATIENCE)
                    .until(() -> page.scored() > 0 && page.banner().isEmpty());
            int port = server.address().getPort();

            // When
            server.close();

            // Then
            await().atMost(PATIENCE).until(() -> page.banner().startsWith("The connection to Millrace is lost."));
            await("the refused connection").atMost(PATIENCE).until(() -> !page.complaints()
                    .isEmpty());

            // When
            server = start(port);
            long scored = page.scored();

            // Then
            await().atMost(PATIENCE).until(() -> page.banner().isEmpty() && page.scored() > scored);
        }
    }

    private PageServer start(int port) {
        return PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                state,
                () -> new Readiness(true, "scoring"),
                new PageServer.Limits(4, 100, 10_000));
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
    }
}
