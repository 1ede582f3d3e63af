package io.millrace.connectors.delivery;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Speaks with one web server. Redirects are not followed: what is sent may be signed for this receiver alone.
 *
 * <p>Thread-safe.
 */
public final class HttpEndpoint {
    private static final int SHOWN = 200;

    private final HttpClient client;
    private final URI url;
    private final Duration timeout;

    /** @param timeout for connecting, and for each answer */
    public HttpEndpoint(URI url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        client = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /** Posts to the URL itself. */
    public Answer post(byte[] body, Map<String, String> headers) throws InterruptedException {
        return send("POST", "", body, headers);
    }

    /**
     * Sends a request.
     *
     * @param path is appended to the URL
     */
    public Answer send(String method, String path, byte[] body, Map<String, String> headers)
            throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(timeout);
        headers.forEach(request::setHeader);
        try {
            return answer(client.send(
                    request.method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofString()));
        } catch (IOException e) {
            return new Answer.Unavailable(url.getHost() + " cannot be reached (" + e + ")", Optional.empty());
        }
    }

    private Answer answer(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Answer.Accepted(response.body(), response.headers());
        }
        String text = response.body().strip();
        String why = url.getHost() + " answers " + status + (text.isEmpty() ? "" : ": ")
                + text.substring(0, Math.min(SHOWN, text.length()));
        boolean transientTrouble = status == 408 || status == 425 || status == 429 || status >= 500;
        return transientTrouble ? new Answer.Unavailable(why, retryAfter(response)) : new Answer.Refused(why);
    }

    /** RFC 9110, 10.2.3, in seconds. The form with a date is rare, and taken for nothing said. */
    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("\\d{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }
}
