package io.millrace.deploy.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Where alerts are posted to. It refuses one post in ten, as if it were too busy. */
final class Hook implements AutoCloseable {
    private static final int REFUSES_ONE_IN = 10;

    private final HttpServer server;
    private final Set<String> posted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger posts = new AtomicInteger();

    private Hook(HttpServer server) {
        this.server = server;
    }

    static Hook start() throws IOException {
        Hook hook = new Hook(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        hook.server.createContext("/", hook::take);
        hook.server.start();
        return hook;
    }

    private void take(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        boolean refused = posts.incrementAndGet() % REFUSES_ONE_IN == 0;
        if (!refused) {
            posted.add(exchange.getRequestHeaders().getFirst("ce-id"));
        }
        exchange.sendResponseHeaders(refused ? 503 : 204, -1);
        exchange.close();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + '/';
    }

    /** The ids of what was posted, each once. */
    Set<String> posted() {
        return posted;
    }

    /** How many posts there were, those refused and those that came again included. */
    int posts() {
        return posts.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
