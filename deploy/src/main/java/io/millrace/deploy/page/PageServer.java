package io.millrace.deploy.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.deploy.page.DeviceTrack.Cursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page, its data and the health of the pipeline over HTTP. It only tells: nothing can be changed through
 * it, and there is no log-in, so that it belongs on the loopback address or behind something that asks who calls.
 *
 * <p>Paths: {@code /} the page; {@code /events?device=ID} server-sent events; {@code /api/stats},
 * {@code /api/devices?q=TEXT}, {@code /api/device/ID}, {@code /api/alerts}, {@code /api/dead-letters} the same as
 * JSON; {@code /health/live} and {@code /health/ready}.
 */
public final class PageServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);
    private static final String API_DEVICE = "/api/device/";
    private static final int REQUEST_THREADS = 8;

    private final HttpServer server;
    private final LiveState state;
    private final Supplier<Readiness> readiness;
    private final Limits limits;
    private final HostCheck hostCheck;
    private final Assets assets = new Assets();
    private final ThreadPoolExecutor requests;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicInteger streamCount = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);

    private PageServer(HttpServer server, LiveState state, Supplier<Readiness> readiness, Limits limits) {
        this.server = server;
        this.state = state;
        this.readiness = readiness;
        this.limits = limits;
        hostCheck = new HostCheck(server.getAddress().getAddress());
        requests = new ThreadPoolExecutor(
                REQUEST_THREADS,
                REQUEST_THREADS + limits.clients(),
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, "page"));
    }

    /**
     * Serves at the given address; port 0 takes any free one.
     *
     * @throws UncheckedIOException if the address cannot be bound; its message says what to do
     */
    public static PageServer start(InetSocketAddress address, LiveView view, Supplier<Readiness> readiness) {
        return start(address, view.state(), readiness, Limits.DEFAULT);
    }

    static PageServer start(InetSocketAddress address, LiveState state, Supplier<Readiness> readiness, Limits limits) {
        HttpServer http;
        try {
            http = HttpServer.create(address, 64);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot serve the page at " + address.getHostString() + ":" + address.getPort() + ": "
                            + e.getMessage() + "; end what uses that port, or name another one",
                    e);
        }
        PageServer page = new PageServer(http, state, readiness, limits);
        http.setExecutor(page.requests);
        http.createContext("/", page::handle);
        http.start();
        daemon(page::watch, "page-watchdog").start();
        return page;
    }

    /** Where the page is, with the port that was really bound. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            secure(exchange.getResponseHeaders());
            String method = exchange.getRequestMethod();
            if (!hostCheck.allows(exchange.getRequestHeaders().getFirst("Host"))) {
                send(exchange, 403, error("this page answers to localhost and 127.0.0.1 only"));
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, error("method must be GET or HEAD, got: " + method));
            } else {
                route(exchange);
            }
        } catch (IOException e) {
            LOG.debug("page client went away: {}", e.toString());
        } catch (RuntimeException e) {
            LOG.warn("page request failed", e);
            throw e;
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/events" -> events(exchange);
            case "/api/stats" -> send(exchange, 200, state.stats(0));
            case "/api/devices" -> send(exchange, 200, state.devices(query(exchange, "q"), EventStream.MAX_ROWS));
            case "/api/alerts" -> send(exchange, 200, state.alerts(EventStream.MAX_ROWS));
            case "/api/dead-letters" -> send(exchange, 200, state.deadLetters());
            case "/health/live" -> send(exchange, 200, Map.of("status", "live"));
            case "/health/ready" -> {
                Readiness now = ask(readiness);
                send(exchange, now.ready() ? 200 : 503, now);
            }
            default -> {
                if (path.startsWith(API_DEVICE)) {
                    device(exchange, path.substring(API_DEVICE.length()));
                } else {
                    asset(exchange, path);
                }
            }
        }
    }

    /** A supplier that fails is a pipeline that is not ready. */
    static Readiness ask(Supplier<Readiness> readiness) {
        try {
            return readiness.get();
        } catch (RuntimeException e) {
            return new Readiness(false, "cannot tell: " + e);
        }
    }

    private void device(HttpExchange exchange, String id) throws IOException {
        DeviceTrack.Slice slice = state.device(id, Cursor.START);
        if (slice == null) {
            send(exchange, 404, error("no such device seen lately"));
        } else {
            send(exchange, 200, slice);
        }
    }

    private void asset(HttpExchange exchange, String path) throws IOException {
        Assets.Asset asset = assets.find(path);
        if (asset == null) {
            send(exchange, 404, error("nothing here"));
            return;
        }
        Headers headers = exchange.getResponseHeaders();
        headers.set("ETag", asset.tag());
        headers.set("Cache-Control", "no-cache");
        if (asset.tag().equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
        } else {
            send(exchange, 200, asset.contentType(), asset.body());
        }
    }

    private void events(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        if (streamCount.incrementAndGet() > limits.clients()) {
            streamCount.decrementAndGet();
            exchange.getResponseHeaders().set("Retry-After", "10");
            send(exchange, 503, error("live pages open must be at most " + limits.clients()));
            return;
        }
        EventStream stream = new EventStream(state, readiness, query(exchange, "device"));
        streams.add(stream);
        try {
            stream.serve(exchange, closing, limits.tickMs());
        } finally {
            streams.remove(stream);
            streamCount.decrementAndGet();
        }
    }

    /** Drops the clients that do not read. */
    private void watch() {
        try {
            while (!closing.await(1, TimeUnit.SECONDS)) {
                streams.forEach(stream -> stream.endIfStuck(TimeUnit.MILLISECONDS.toNanos(limits.stuckMs())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String query(HttpExchange exchange, String name) {
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw == null) {
            return "";
        }
        for (String pair : raw.split("&", 20)) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), UTF_8);
            }
        }
        return "";
    }

    private static void secure(Headers headers) {
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
    }

    private static Map<String, String> error(String message) {
        return Map.of("error", message);
    }

    private static void send(HttpExchange exchange, int status, Object json) throws IOException {
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        send(exchange, status, "application/json", PageJson.bytes(json));
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        requests.shutdownNow();
    }

    /**
     * What the server grants.
     *
     * @param clients live pages open at a time
     * @param tickMs time between two events of a live page, milliseconds
     * @param stuckMs how long a client may not read before it is dropped, milliseconds
     */
    record Limits(int clients, long tickMs, long stuckMs) {
        static final Limits DEFAULT = new Limits(32, 333, 10_000);
    }
}
