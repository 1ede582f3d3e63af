package io.millrace.connectors.alerts;

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
 * Posts to one URL. Redirects are not followed: what is posted may be signed for this receiver alone.
 *
 * <p>Thread-safe.
 */
final class HttpEndpoint {
    private static final int SHOWN = 200;

    private final HttpClient client;
    private final URI url;
    private final Duration timeout;

    HttpEndpoint(URI url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        client = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /** What came of a post. */
    sealed interface Answer {
        /** The receiver has it. */
        record Accepted() implements Answer {}

        /** The receiver does not want it, and never will. */
        record Refused(String why) implements Answer {}

        /**
         * It may go well another time.
         *
         * @param retryAfter how long the receiver asks to be left alone
         */
        record Unavailable(String why, Optional<Duration> retryAfter) implements Answer {}
    }

    Answer post(byte[] body, Map<String, String> headers) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(timeout);
        headers.forEach(request::setHeader);
        try {
            HttpResponse<String> response = client.send(
                    request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString());
            return answer(response);
        } catch (IOException e) {
            return new Answer.Unavailable(url.getHost() + " cannot be reached (" + e + ")", Optional.empty());
        }
    }

    private Answer answer(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Answer.Accepted();
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
