package io.millrace.connectors.iothub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.iothub.HubServer.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class IotHubTwinsTaskTest {
    private static final String FIRST =
            "{\"deviceId\":\"a\",\"etag\":\"1\",\"version\":2,\"tags\":{\"site\":\"north\"}}";
    private static final String MODULE = "{\"deviceId\":\"a\",\"moduleId\":\"m\",\"etag\":\"1\",\"version\":2}";
    private static final String SECOND = "{\"deviceId\":\"b\",\"etag\":\"1\",\"version\":2}";

    private static IotHubTwinsTask start(HubServer hub) {
        IotHubTwinsTask task = new IotHubTwinsTask();
        task.start(Map.of(
                "iothub.connection.string", HubServer.CONNECTION,
                "iothub.endpoint", hub.url(),
                "topic", "twins",
                "iothub.backoff.ms", "1",
                "iothub.refresh.ms", "1000"));
        return task;
    }

    /** Polls until so many records have come. */
    private static List<String> poll(IotHubTwinsTask task, int count) throws InterruptedException {
        List<String> found = new ArrayList<>();
        while (found.size() < count) {
            List<SourceRecord> records = task.poll();
            for (SourceRecord record : records == null ? List.<SourceRecord>of() : records) {
                String value = record.value() == null ? "gone" : new String((byte[]) record.value(), UTF_8);
                found.add(new String((byte[]) record.key(), UTF_8) + " " + value);
            }
        }
        return found;
    }

    @Test
    void tellsAllThenWhatChangesAndWhoIsGone() throws Exception {
        List<Reply> pages = new CopyOnWriteArrayList<>(
                List.of(new Reply(200, "[" + FIRST + "," + MODULE + "]"), new Reply(200, "[" + SECOND + "]")));
        try (HubServer hub = new HubServer(request -> request.contains("again") ? pages.get(1) : pages.get(0))) {
            hub.continueAfter("again", () -> pages.size() > 1);
            IotHubTwinsTask task = start(hub);

            assertThat(poll(task, 3)).containsExactly("a " + FIRST, "a/m " + MODULE, "b " + SECOND);

            // When
            String changed = FIRST.replace("north", "south").replace("\"1\"", "\"2\"");
            pages.remove(1);
            pages.set(0, new Reply(200, "[" + changed + "]"));

            // Then
            assertThat(poll(task, 3)).containsExactlyInAnyOrder("a " + changed, "a/m gone", "b gone");
            assertThat(hub.requests().get(0)).contains("POST /devices/query", "{\"query\":\"SELECT * FROM devices\"}");
        }
    }

    @Test
    void aHubThatIsBusyIsAskedAgainAndNobodyIsTakenForGone() throws Exception {
        AtomicReference<Reply> reply = new AtomicReference<>(new Reply(200, "[" + FIRST + "]"));
        try (HubServer hub = new HubServer(request -> reply.get())) {
            IotHubTwinsTask task = start(hub);
            poll(task, 1);
            reply.set(new Reply(429, ""));
            while (hub.requests().size() < 3) {
                assertThat(task.poll()).isNull();
            }
            reply.set(new Reply(200, "[" + FIRST + "," + SECOND + "]"));

            assertThat(poll(task, 1)).containsExactly("b " + SECOND);

            // When
            reply.set(new Reply(400, "{\"Message\":\"bad query\"}"));

            // Then
            assertThatThrownBy(() -> poll(task, 1))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("bad query");
        }
    }
}
