package io.millrace.connectors.iothub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Optional;

/**
 * A device, or a module on one.
 *
 * @param device its id
 * @param module the module's id, if a module is meant
 */
public record DeviceId(String device, Optional<String> module) {
    /** Reads {@code DEVICE} or {@code DEVICE/MODULE}, as records from IoT Hub are keyed. */
    public static DeviceId parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new DeviceId(text, Optional.empty())
                : new DeviceId(text.substring(0, slash), Optional.of(text.substring(slash + 1)));
    }

    /** Where its twin stands. */
    String twinPath() {
        return "/twins/" + encoded(device)
                + module.map(name -> "/modules/" + encoded(name)).orElse("");
    }

    /** Where messages to it are addressed. */
    String messagePath() {
        return "/devices/" + encoded(device)
                + module.map(name -> "/modules/" + encoded(name)).orElse("") + "/messages/devicebound";
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return device + module.map(name -> "/" + name).orElse("");
    }
}
