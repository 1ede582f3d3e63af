package io.millrace.connectors.iothub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.delivery.Answer;
import io.millrace.connectors.delivery.HttpEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;

/**
 * The part of IoT Hub's REST interface (api-version {@value #VERSION}) that a pipeline needs: direct methods, desired
 * properties, twins. Microsoft's own Java library for it brings a second set of HTTP and JSON libraries with it.
 *
 * <p>Thread-safe.
 */
public final class ServiceClient {
    private static final String VERSION = "2021-04-12";
    private static final String PAGE = "100"; // the most that a hub gives
    private static final String CONTINUATION = "x-ms-continuation";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpEndpoint endpoint;
    private final Authorization authorization;

    /**
     * @param url such as {@code https://hub.azure-devices.net}
     * @param timeout of a request; a direct method's own time-out must be shorter
     */
    public ServiceClient(URI url, Authorization authorization, Duration timeout) {
        this.endpoint = new HttpEndpoint(url, timeout);
        this.authorization = authorization;
    }

    /**
     * Calls a direct method and waits for the device's answer.
     *
     * @param responseTimeout how long the device may take, 5 s to 300 s
     * @return refused if the device is unknown, is not connected, or answers with a status of 400 or more: to wait for
     *     one device would keep the others' commands back
     */
    public Answer invoke(DeviceId device, String method, JsonNode payload, Duration responseTimeout)
            throws InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("methodName", method);
        body.put("responseTimeoutInSeconds", responseTimeout.toSeconds());
        body.set("payload", payload);
        Answer answer = send("POST", device.twinPath() + "/methods", body, Map.of());
        if (answer instanceof Answer.Unavailable late && late.why().contains(" answers 504")) {
            return new Answer.Refused("device " + device + " does not answer: " + late.why());
        }
        if (answer instanceof Answer.Accepted accepted) {
            int status = read(accepted.text()).path("status").asInt();
            if (status >= 400) {
                return new Answer.Refused("device " + device + " answers method " + method + " with " + status);
            }
        }
        return answer;
    }

    /** Merges into a twin's desired properties; to do it again changes nothing. */
    public Answer patchDesired(DeviceId device, JsonNode desired) throws InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("properties").set("desired", desired);
        return send("PATCH", device.twinPath(), body, Map.of("If-Match", "\"*\""));
    }

    /**
     * A page of twins.
     *
     * @param twins one JSON object each
     * @param next asks for the following page; empty: this was the last
     */
    public record Page(List<JsonNode> twins, Optional<String> next) {
        public Page {
            twins = List.copyOf(twins);
        }
    }

    /**
     * Asks for twins.
     *
     * @param sql in IoT Hub's query language, such as {@code SELECT * FROM devices}
     * @param next of the page before; empty: begins
     * @throws RetriableException if the hub cannot be asked now
     * @throws ConnectException if it refuses
     */
    public Page query(String sql, Optional<String> next) throws InterruptedException {
        Map<String, String> headers = new HashMap<>(Map.of("x-ms-max-item-count", PAGE));
        next.ifPresent(token -> headers.put(CONTINUATION, token));
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("query", sql);
        Answer answer = send("POST", "/devices/query", body, headers);
        if (answer instanceof Answer.Accepted accepted) {
            List<JsonNode> twins = new ArrayList<>();
            read(accepted.text()).forEach(twins::add);
            return new Page(twins, accepted.headers().firstValue(CONTINUATION).filter(token -> !token.isEmpty()));
        }
        if (answer instanceof Answer.Unavailable unavailable) {
            throw new RetriableException(unavailable.why());
        }
        throw new ConnectException(((Answer.Refused) answer).why());
    }

    private Answer send(String method, String path, JsonNode body, Map<String, String> more)
            throws InterruptedException {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Authorization", authorization.header());
        headers.put("Content-Type", "application/json; charset=utf-8");
        try {
            return endpoint.send(method, path + "?api-version=" + VERSION, JSON.writeValueAsBytes(body), headers);
        } catch (JsonProcessingException e) {
            throw new DataException("what is sent to IoT Hub cannot be written as JSON", e);
        }
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new DataException("IoT Hub must answer with JSON, got: " + e.getOriginalMessage(), e);
        }
    }
}
