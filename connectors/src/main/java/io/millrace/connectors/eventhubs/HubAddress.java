package io.millrace.connectors.eventhubs;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.core.credential.AzureSasCredential;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import io.millrace.connectors.iothub.HubConnection;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * An event hub, and how to get at it.
 *
 * @param host of its namespace
 * @param name of the hub
 * @param movable whether it was asked for and, when a connection has ended, is to be asked for again
 * @param login gives a client the host, the hub and what it proves itself by
 */
record HubAddress(String host, String name, boolean movable, UnaryOperator<EventHubClientBuilder> login) {
    private static final int AMQPS = 5_671;

    /** Finds the hub; asks the IoT Hub for the one behind it, if there is one. Blocks for as long as that takes. */
    static HubAddress resolve(SourceConfig config) {
        if (config instanceof IotHubConfig iot && iot.iotHub().isPresent()) {
            return behind(iot.iotHub().get(), iot);
        }
        return config.connectionString().map(string -> byString(string, config)).orElseGet(() -> byNamespace(config));
    }

    private static HubAddress behind(HubConnection iotHub, IotHubConfig config) {
        IotHubRedirect.Target target = IotHubRedirect.ask(
                iotHub, config.getString(IotHubConfig.IOT_ENDPOINT), config.duration(SourceConfig.TIMEOUT));
        String string = "Endpoint=sb://" + target.host() + "/;SharedAccessKeyName="
                + iotHub.keyName() + ";SharedAccessKey="
                + iotHub.key() + ";EntityPath=" + target.hub();
        return new HubAddress(
                target.host() + ':' + target.port(),
                target.hub(),
                true,
                builder -> target.port() == AMQPS
                        ? builder.connectionString(string)
                        : builder.connectionString(string)
                                .customEndpointAddress("https://" + target.host() + ':' + target.port()));
    }

    private static HubAddress byString(ConnectionString string, SourceConfig config) {
        String text = config.secret(SourceConfig.CONNECTION_STRING).orElseThrow();
        boolean complete = string.get("entitypath").isPresent();
        String name = config.hubName();
        return new HubAddress(
                string.host(),
                name,
                false,
                builder -> complete ? builder.connectionString(text) : builder.connectionString(text, name));
    }

    private static HubAddress byNamespace(SourceConfig config) {
        String host = config.getString(SourceConfig.NAMESPACE);
        String name = config.getString(SourceConfig.HUB);
        return new HubAddress(host, name, false, builder -> config.secret(SourceConfig.SAS)
                .map(sas -> builder.credential(host, name, new AzureSasCredential(sas)))
                .orElseGet(() -> builder.credential(host, name, new DefaultAzureCredentialBuilder().build())));
    }

    /** What its sequence numbers belong to. */
    String identity() {
        return host + '/' + name;
    }

    EventHubConsumerAsyncClient open(SourceConfig config) {
        Duration timeout = config.duration(SourceConfig.TIMEOUT);
        EventHubClientBuilder builder = login.apply(new EventHubClientBuilder())
                .consumerGroup(config.group())
                .prefetchCount(config.getInt(SourceConfig.PREFETCH))
                .transportType(config.transport())
                // Trying again is the reader's part, which knows where to go on.
                .retryOptions(new AmqpRetryOptions().setMaxRetries(0).setTryTimeout(timeout));
        String endpoint = config.getString(SourceConfig.ENDPOINT);
        if (endpoint != null) {
            builder.customEndpointAddress(endpoint);
        }
        return builder.buildAsyncConsumerClient();
    }

    /** Without what it proves itself by. */
    @Override
    public String toString() {
        return identity();
    }
}
