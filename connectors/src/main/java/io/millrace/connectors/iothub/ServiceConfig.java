package io.millrace.connectors.iothub;

import io.millrace.connectors.delivery.Patience;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.types.Password;

/** What every connector needs that speaks with IoT Hub's service side. */
class ServiceConfig extends AbstractConfig {
    static final String PREFIX = "iothub";
    private static final String CONNECTION = "iothub.connection.string";
    private static final String ENDPOINT = "iothub.endpoint";

    ServiceConfig(ConfigDef definition, Map<String, String> values) {
        super(definition, values);
    }

    static ConfigDef define(ConfigDef definition) {
        return Patience.define(definition, PREFIX)
                .define(
                        CONNECTION,
                        ConfigDef.Type.PASSWORD,
                        ConfigDef.NO_DEFAULT_VALUE,
                        LambdaValidator.with(
                                (name, value) -> {
                                    if (value instanceof Password secret) {
                                        HubConnection.parse(name, secret.value());
                                    }
                                },
                                () -> "HostName=…;SharedAccessKeyName=…;SharedAccessKey=…"),
                        Importance.HIGH,
                        "The hub's connection string, of a policy with service connect. Give a reference, such as"
                                + " ${env:IOTHUB_CONNECTION}.")
                .define(
                        ENDPOINT,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "Where the hub's REST interface is, if not at https:// and its host name.");
    }

    final HubConnection connection() {
        return HubConnection.parse(CONNECTION, getPassword(CONNECTION).value());
    }

    final ServiceClient client() {
        HubConnection connection = connection();
        String url = getString(ENDPOINT).isEmpty() ? "https://" + connection.hostName() : getString(ENDPOINT);
        return new ServiceClient(
                URI.create(url),
                Authorization.shared(connection, Clock.systemUTC()),
                patience().timeout());
    }

    final Patience patience() {
        return Patience.of(this, PREFIX);
    }
}
