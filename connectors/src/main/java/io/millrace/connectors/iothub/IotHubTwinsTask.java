package io.millrace.connectors.iothub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.delivery.Version;
import io.millrace.connectors.iothub.TwinTable.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for all twins, page by page, then waits. What has not changed since this task began is not told again; after a
 * restart everything is told once more, which a table takes as it is. A device that is gone while no task runs stays in
 * the table.
 */
public final class IotHubTwinsTask extends SourceTask {
    private static final Logger LOG = LoggerFactory.getLogger(IotHubTwinsTask.class);
    private static final long SLICE_MS = 500;

    private final TwinTable table = new TwinTable();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable IotHubTwinsConfig config;
    private @Nullable ServiceClient client;
    private Optional<String> page = Optional.empty();
    private boolean refreshing;
    private int failures;
    private long waitUntil = System.nanoTime();

    @Override
    public void start(Map<String, String> values) {
        IotHubTwinsConfig read = new IotHubTwinsConfig(values);
        config = read;
        client = read.client();
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        long left = waitUntil - System.nanoTime();
        if (!refreshing && left > 0) {
            stopped.await(Math.min(SLICE_MS, TimeUnit.NANOSECONDS.toMillis(left) + 1), TimeUnit.MILLISECONDS);
            return null; // a poll that keeps its worker waiting for long keeps it from stopping too
        }
        try {
            return nextPage();
        } catch (RetriableException e) {
            table.breakOff();
            refreshing = false;
            page = Optional.empty();
            failures++;
            waitFor(config().patience().backoff().after(failures).toNanos());
            LOG.warn("twins are asked for again: failures={} reason={}", failures, e.getMessage());
            return null;
        }
    }

    private List<SourceRecord> nextPage() throws InterruptedException {
        refreshing = true;
        ServiceClient.Page answer = Objects.requireNonNull(client).query(config().query(), page);
        List<Change> changes = new ArrayList<>(table.page(answer.twins()));
        page = answer.next();
        failures = 0;
        if (page.isEmpty()) {
            changes.addAll(table.end());
            refreshing = false;
            waitFor(config().refresh().toNanos());
        }
        return changes.stream().map(this::record).toList();
    }

    private void waitFor(long nanos) {
        waitUntil = System.nanoTime() + nanos;
    }

    private SourceRecord record(Change change) {
        return new SourceRecord(
                Map.of("hub", config().connection().hostName()),
                Map.of("refreshed", System.currentTimeMillis()),
                config().topic(),
                null,
                Schema.BYTES_SCHEMA,
                change.key().getBytes(UTF_8),
                Schema.OPTIONAL_BYTES_SCHEMA,
                change.twin().map(twin -> twin.toString().getBytes(UTF_8)).orElse(null));
    }

    private IotHubTwinsConfig config() {
        return Objects.requireNonNull(config);
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public String version() {
        return Version.OF_THIS;
    }
}
