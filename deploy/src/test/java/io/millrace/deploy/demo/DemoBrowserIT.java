package io.millrace.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.deploy.page.PageDriver;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page over a running demonstration, in a real browser. */
class DemoBrowserIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern PAGE = Pattern.compile("page +(http://\\S+)");

    @Test
    void showsALiveScoreAndAnAlertThatOpensAndThenClears(@TempDir Path data) {
        assumeTrue(PageDriver.available(), PageDriver.missing());
        // Given
        StringWriter said = new StringWriter();
        AtomicBoolean seenEnough = new AtomicBoolean();
        // Longer than a browser has ever taken to start; it ends when enough was seen.
        DemoOptions options = new DemoOptions(
                20,
                4,
                1,
                Duration.ofMinutes(10),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                false,
                data);
        Demo demo = new Demo(options, new PrintWriter(said), seenEnough::get);
        CompletableFuture<DemoReport> report =
                // Not on the common pool: it may have but one thread, and the browser's driver needs that.
                CompletableFuture.supplyAsync(() -> unchecked(demo::run), task -> new Thread(task, "demo").start());
        try {
            await().atMost(PATIENCE)
                    .until(() ->
                            report.isDone() || PAGE.matcher(said.toString()).find());
            Matcher page = PAGE.matcher(said.toString());
            assertThat(page.find()).as("page in: %s", said).isTrue();
            try (PageDriver browser = PageDriver.open(URI.create(page.group(1)))) {
                // Then
                await().atMost(PATIENCE).until(() -> !browser.score().isEmpty());
                String score = browser.score();
                await().atMost(PATIENCE).until(() -> !browser.score().equals(score));
                List<String> firing = new ArrayList<>();
                await().atMost(PATIENCE).until(() -> firing.addAll(browser.alerts("FIRING")));
                await().atMost(PATIENCE).until(() -> browser.alerts("RESOLVED").contains(firing.get(0)));
                assertThat(browser.complaints()).isEmpty();
            }
        } finally {
            seenEnough.set(true);
            await("the end of the demonstration").atMost(PATIENCE).until(report::isDone);
        }
        assertThat(report).succeedsWithin(PATIENCE).satisfies(found -> assertThat(found.unaccounted())
                .isZero());
    }

    private static <T> T unchecked(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
