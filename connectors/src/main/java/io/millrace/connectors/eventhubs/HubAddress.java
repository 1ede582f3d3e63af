package io.millrace.connectors.eventhubs;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.core.credential.AzureSasCredential;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import io.millrace.connectors.azure.ConnectionString;
import io.millrace.connectors.iothub.HubConnection;
import java.net.URI;
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
        return of(config);
    }

    /** The hub that a configuration names. */
    static HubAddress of(HubConfig config) {
        return config.connectionString().map(string -> byString(string, config)).orElseGet(() -> byNamespace(config));
    }

    private static HubAddress behind(HubConnection iotHub, IotHubConfig config) {
        IotHubRedirect.Target target =
                IotHubRedirect.ask(iotHub, config.getString(IotHubConfig.IOT_ENDPOINT), config.timeout());
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

    private static HubAddress byString(ConnectionString string, HubConfig config) {
        String text = config.secret(HubConfig.CONNECTION_STRING).orElseThrow();
        boolean complete = string.get("EntityPath").isPresent();
        String name = config.hubName();
        return new HubAddress(
                string.host(),
                name,
                false,
                builder -> complete ? builder.connectionString(text) : builder.connectionString(text, name));
    }

    private static HubAddress byNamespace(HubConfig config) {
        String host = config.getString(HubConfig.NAMESPACE);
        String name = config.getString(HubConfig.HUB);
        return new HubAddress(host, name, false, builder -> config.secret(HubConfig.SAS)
                .map(sas -> builder.credential(host, name, new AzureSasCredential(sas)))
                .orElseGet(() -> builder.credential(host, name, new DefaultAzureCredentialBuilder().build())));
    }

    /** The host that is connected to. */
    String reachedAt(HubConfig config) {
        String endpoint = config.getString(HubConfig.ENDPOINT);
        return endpoint == null
                ? host.replaceFirst(":\\d+$", "")
                : URI.create(endpoint).getHost();
    }

    /** What its sequence numbers belong to. */
    String identity() {
        return host + '/' + name;
    }

    EventHubConsumerAsyncClient open(SourceConfig config) {
        return builder(config)
                .consumerGroup(config.group())
                .prefetchCount(config.getInt(SourceConfig.PREFETCH))
                .buildAsyncConsumerClient();
    }

    EventHubProducerAsyncClient openProducer(HubConfig config) {
        return builder(config).buildAsyncProducerClient();
    }

    private EventHubClientBuilder builder(HubConfig config) {
        EventHubClientBuilder builder = login.apply(new EventHubClientBuilder())
                .transportType(config.transport())
                // Trying again is the part of those above, who know where to go on.
                .retryOptions(new AmqpRetryOptions().setMaxRetries(0).setTryTimeout(config.timeout()));
        String endpoint = config.getString(HubConfig.ENDPOINT);
        return endpoint == null ? builder : builder.customEndpointAddress(endpoint);
    }

    /** Without what it proves itself by. */
    @Override
    public String toString() {
        return identity();
    }
}
