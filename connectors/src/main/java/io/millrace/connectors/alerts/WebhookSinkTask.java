package io.millrace.connectors.alerts;

import io.millrace.connectors.delivery.Answer;
import io.millrace.connectors.delivery.DeliveringTask;
import io.millrace.connectors.delivery.HttpEndpoint;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Posts each record. One that comes again after a crash has the same {@code ce-id}. */
public final class WebhookSinkTask extends DeliveringTask {
    private @Nullable HttpEndpoint endpoint;
    private Optional<Signature> signature = Optional.empty();
    private Optional<String> authorization = Optional.empty();
    private boolean sendsAll;

    @Override
    public void start(Map<String, String> values) {
        WebhookConfig config = new WebhookConfig(values);
        begin(config.patience());
        endpoint = config.endpoint();
        signature = config.signature();
        authorization = config.authorization();
        sendsAll = config.sendsAll();
    }

    @Override
    protected Answer deliver(SinkRecord record) throws InterruptedException {
        Optional<Alert> alert = Alert.read(record);
        if (alert.isEmpty() || !(sendsAll || alert.get().notifies())) {
            return new Answer.Nothing();
        }
        byte[] body = Objects.requireNonNull(Alert.bytes(record.value()));
        Map<String, String> headers = CloudEvent.headers(record);
        authorization.ifPresent(value -> headers.put("Authorization", value));
        String id = Objects.requireNonNull(headers.get("ce-id"));
        signature.ifPresent(sign -> headers.putAll(sign.headers(id, Instant.now(), body)));
        return Objects.requireNonNull(endpoint).post(body, headers);
    }
}
