package io.millrace.deploy.score;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.ingest.RawEvent;
import java.io.IOException;

/** A rejected row as JSON: {@code {"row":7,"rejected":{"stage":…,"reason":…,"field":…,"detail":…}}}. */
final class RejectedJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RejectedJson() {}

    static byte[] of(RawEvent row, Rejected why) throws IOException {
        ObjectNode json = JSON.createObjectNode().put("row", row.offset());
        ObjectNode rejected = json.putObject("rejected");
        rejected.put("stage", why.stage()).put("reason", why.reason().code());
        if (why.field() != null) {
            rejected.put("field", why.field());
        }
        rejected.put("detail", why.detail());
        return JSON.writeValueAsBytes(json);
    }
}
