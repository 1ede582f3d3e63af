package io.millrace.connectors.iothub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The REST side of an IoT Hub: it lets in whoever has signed with its key, and answers as it is told. */
final class HubServer implements AutoCloseable {
    static final String KEY = Base64.getEncoder().encodeToString("the key of the hub".getBytes(UTF_8));
    static final String CONNECTION =
            "HostName=Test.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=" + KEY;

    private final HttpServer server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Function<String, Reply> replies;
    private volatile String continuation = "";
    private volatile BooleanSupplier continues = () -> false;

    record Reply(int status, String body) {}

    /** @param replies what to answer to {@code METHOD PATH BODY} */
    HubServer(Function<String, Reply> replies) throws IOException {
        this.replies = replies;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod()
                + ' '
                + exchange.getRequestURI()
                + ' '
                + new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        Reply reply = new Reply(401, "{\"Message\":\"ErrorCode:IotHubUnauthorizedAccess\"}");
        if (isSigned(exchange.getRequestHeaders().getFirst("Authorization"))) {
            String token = exchange.getRequestHeaders().getFirst("x-ms-continuation");
            requests.add(request);
            reply = replies.apply(token == null ? request : request + token);
        }
        String token = exchange.getRequestHeaders().getFirst("x-ms-continuation");
        if (token == null && continues.getAsBoolean()) {
            exchange.getResponseHeaders().set("x-ms-continuation", continuation);
        }
        byte[] body = reply.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** By Microsoft's own description: HMAC-SHA256 of the encoded resource, a newline and the expiry. */
    private static boolean isSigned(String header) {
        Map<String, String> parts = Stream.of(
                        header.substring("SharedAccessSignature ".length()).split("&", -1))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1]));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
            String expected = Base64.getEncoder()
                    .encodeToString(mac.doFinal((parts.get("sr") + '\n' + parts.get("se")).getBytes(UTF_8)));
            return expected.equals(URLDecoder.decode(parts.get("sig"), UTF_8))
                    && "test.azure-devices.net".equals(parts.get("sr"))
                    && "service".equals(parts.get("skn"))
                    && Long.parseLong(parts.get("se")) > System.currentTimeMillis() / 1000;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has the first page of a query followed by another, while that holds. */
    void continueAfter(String token, BooleanSupplier condition) {
        continuation = token;
        continues = condition;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
