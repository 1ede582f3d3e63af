package io.millrace.deploy.page;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import io.millrace.deploy.page.DeviceTrack.Cursor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One browser's server-sent events. Every tick it gets the head's figures and the new points of the device it has
 * picked; the list of devices and the tables when they have changed, but no more often than each second.
 *
 * <p>Runs on the thread of its request. A client that does not read blocks that thread in a write; the server's
 * watchdog calls {@link #endIfStuck}, which interrupts it, which closes the connection.
 */
final class EventStream {
    static final int MAX_ROWS = 200;
    private static final byte[] DATA = "\ndata: ".getBytes(US_ASCII);
    private static final byte[] END = "\n\n".getBytes(US_ASCII);

    private final LiveState state;
    private final Supplier<Readiness> readiness;
    private final String device;
    private final Thread thread = Thread.currentThread();

    private Cursor cursor = Cursor.START;
    private long afterSecond;
    private long alertsVersion = -1;
    private long deadLettersVersion = -1;
    private volatile long writingSinceNanos;
    private volatile boolean writing;

    EventStream(LiveState state, Supplier<Readiness> readiness, String device) {
        this.state = state;
        this.readiness = readiness;
        this.device = device;
    }

    /** Writes until the client goes away or the server closes. */
    void serve(HttpExchange exchange, CountDownLatch closing, long tickMs) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            int ticksPerSecond = (int) Math.max(1, 1_000 / tickMs);
            for (int tick = 0; ; tick++) {
                writingSinceNanos = System.nanoTime();
                writing = true;
                writeTick(out, tick % ticksPerSecond == 0);
                out.flush();
                writing = false;
                if (closing.await(tickMs, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The figures of each tick are the heartbeat, too: a stream that is silent for seconds is dead. */
    private void writeTick(OutputStream out, boolean wholeSecond) throws IOException {
        LiveState.Stats stats = state.stats(afterSecond);
        if (!stats.seconds().isEmpty()) {
            afterSecond = stats.seconds().get(stats.seconds().size() - 1).t();
        }
        event(out, "stats", Map.of("stats", stats, "readiness", PageServer.ask(readiness)));
        if (!device.isEmpty()) {
            DeviceTrack.Slice slice = state.device(device, cursor);
            if (slice == null) {
                event(out, "unknown-device", Map.of("id", device));
            } else {
                cursor = slice.cursor();
                event(out, "device", slice);
            }
        }
        if (wholeSecond) {
            event(out, "devices", state.devices("", MAX_ROWS));
            writeTables(out);
        }
    }

    private void writeTables(OutputStream out) throws IOException {
        long alerts = state.alertsVersion();
        if (alerts != alertsVersion) {
            alertsVersion = alerts;
            event(out, "alerts", state.alerts(MAX_ROWS));
        }
        long deadLetters = state.deadLettersVersion();
        if (deadLetters != deadLettersVersion) {
            deadLettersVersion = deadLetters;
            event(out, "dead-letters", state.deadLetters());
        }
    }

    private static void event(OutputStream out, String name, Object data) throws IOException {
        out.write(("event: " + name).getBytes(US_ASCII));
        out.write(DATA);
        out.write(PageJson.bytes(data));
        out.write(END);
    }

    /** Ends the stream if the client has not read for the given time. */
    void endIfStuck(long nanos) {
        if (writing && System.nanoTime() - writingSinceNanos > nanos) {
            thread.interrupt();
        }
    }
}
