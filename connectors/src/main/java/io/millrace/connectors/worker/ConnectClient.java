package io.millrace.connectors.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Speaks with a Kafka Connect worker over its REST interface. A worker that does not lead its group hands what it is
 * asked on to the one that does, so that any of them will do.
 *
 * <p>Thread-safe.
 */
public final class ConnectClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int CONFLICT = 409; // the group is rebalancing, says Kafka Connect
    private static final int CONFLICT_TRIES = 60;
    private static final long CONFLICT_PAUSE_MS = 500;

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI base;

    /** @param base where the worker listens, such as {@code http://127.0.0.1:8083} */
    public ConnectClient(URI base) {
        this.base = base;
    }

    /** The names of all connectors of the worker's group. */
    public List<String> connectors() {
        List<String> names = new ArrayList<>();
        send("GET", "/connectors", null).forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Makes a connector, or changes it to be like this. */
    public void put(ConnectorSpec spec) {
        send("PUT", connector(spec.name()) + "/config", spec.config());
    }

    public void delete(String name) {
        send("DELETE", connector(name), null);
    }

    /** Starts what has failed of a connector again. */
    public void restartFailed(String name) {
        send("POST", connector(name) + "/restart?includeTasks=true&onlyFailed=true", null);
    }

    /** How a connector does; {@code UNASSIGNED} while nobody has told. */
    public ConnectorStatus status(String name) {
        JsonNode status;
        try {
            status = send("GET", connector(name) + "/status", null);
        } catch (WorkerException e) {
            if (!e.isUnknown()) {
                throw e;
            }
            status = json.createObjectNode(); // just made, and nobody has told of it
        }
        List<String> tasks = new ArrayList<>();
        Optional<String> reason = reason(status.path("connector"));
        for (JsonNode task : status.path("tasks")) {
            tasks.add(task.path("state").asText());
            reason = reason.or(() -> reason(task));
        }
        return new ConnectorStatus(name, status.path("connector").path("state").asText("UNASSIGNED"), tasks, reason);
    }

    private static Optional<String> reason(JsonNode failed) {
        return failed.path("trace").asText("").lines().findFirst();
    }

    /**
     * Has Kafka Connect check a configuration without running it.
     *
     * @return all problems, by key; empty if there are none
     */
    public Map<String, List<String>> validate(ConnectorSpec spec) {
        String type = String.valueOf(spec.config().get("connector.class"));
        Map<String, String> config = new java.util.HashMap<>(spec.config());
        config.put("name", spec.name());
        JsonNode checked =
                send("PUT", "/connector-plugins/" + URLEncoder.encode(type, UTF_8) + "/config/validate", config);
        Map<String, List<String>> problems = new java.util.TreeMap<>();
        for (JsonNode key : checked.path("configs")) {
            List<String> errors = new ArrayList<>();
            key.path("value").path("errors").forEach(error -> errors.add(error.asText()));
            if (!errors.isEmpty()) {
                problems.put(key.path("value").path("name").asText(), errors);
            }
        }
        return problems;
    }

    private static String connector(String name) {
        return "/connectors/" + URLEncoder.encode(name, UTF_8).replace("+", "%20");
    }

    private JsonNode send(String method, String path, @org.jspecify.annotations.Nullable Object body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
                    .build();
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            for (int i = 0; response.statusCode() == CONFLICT && i < CONFLICT_TRIES; i++) {
                Thread.sleep(CONFLICT_PAUSE_MS);
                response = http.send(request, BodyHandlers.ofByteArray());
            }
            return read(method, path, response);
        } catch (IOException e) {
            throw new WorkerException("Kafka Connect at " + base + " does not answer (" + e + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkerException("interrupted while waiting for Kafka Connect at " + base, e);
        }
    }

    private JsonNode read(String method, String path, HttpResponse<byte[]> response) throws IOException {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return response.body().length == 0 ? json.createObjectNode() : json.readTree(response.body());
        }
        String why;
        try {
            why = json.readTree(response.body()).path("message").asText();
        } catch (JsonProcessingException e) {
            why = new String(response.body(), UTF_8);
        }
        throw new WorkerException("Kafka Connect refuses " + method + " " + path + " (" + status + "): " + why, status);
    }
}
