package io.millrace.scorers;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How devices are written. */
final class DeviceText {
    private static final String RULE =
            "must be cpu, cuda:N, tensorrt:N, openvino:TYPE, plugin:/path/library.so?name=NAME"
                    + " or remote:grpc://host:port/model";
    private static final Pattern INDEXED = Pattern.compile("(cuda|tensorrt):(\\d{1,3})");
    private static final Pattern SERVER = Pattern.compile("remote:(grpcs?)://([^/:?]+|\\[[^]]+]):(\\d{1,5})/([^/?]+)");
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m)");
    private static final int LAST_PORT = 65_535;

    private DeviceText() {}

    static Device parse(String text) {
        int mark = text.indexOf('?');
        String place = mark < 0 ? text : text.substring(0, mark);
        Query query = new Query(mark < 0 ? "" : text.substring(mark + 1));
        Device device = device(place, query);
        query.requireAllTaken();
        return device;
    }

    private static Device device(String place, Query query) {
        Matcher indexed = INDEXED.matcher(place);
        if (indexed.matches()) {
            int index = Integer.parseInt(indexed.group(2));
            return indexed.group(1).equals("cuda") ? new Device.Cuda(index) : new Device.TensorRt(index);
        }
        if (place.startsWith("openvino:") && place.length() > "openvino:".length()) {
            return new Device.OpenVino(place.substring("openvino:".length()));
        }
        if (place.startsWith("plugin:")) {
            return plugin(place.substring("plugin:".length()), query);
        }
        Matcher server = SERVER.matcher(place);
        if (server.matches()) {
            return remote(server, query);
        }
        throw new IllegalArgumentException(RULE);
    }

    private static Device.Plugin plugin(String path, Query query) {
        Path library = Path.of(path);
        if (!library.isAbsolute()) {
            throw new IllegalArgumentException("must name the plugin's library by its absolute path");
        }
        String name = query.take("name")
                .orElseThrow(() -> new IllegalArgumentException("must name the plugin's provider: ?name=NAME"));
        OptionalInt index =
                query.take("device", DeviceText::index).map(OptionalInt::of).orElse(OptionalInt.empty());
        return new Device.Plugin(library, name, index, query.takeOptions());
    }

    private static int index(String text) {
        if (!text.matches("\\d{1,3}")) {
            throw new IllegalArgumentException("must have a number for device");
        }
        return Integer.parseInt(text);
    }

    private static Device.Remote remote(Matcher server, Query query) {
        int port = Integer.parseInt(server.group(3));
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("must have a port between 1 and " + LAST_PORT);
        }
        boolean tls = server.group(1).equals("grpcs");
        Optional<Path> ca = query.take("ca").map(Path::of);
        Optional<Path> certificate = query.take("cert").map(Path::of);
        Optional<Path> key = query.take("key").map(Path::of);
        if (!tls && (ca.isPresent() || certificate.isPresent() || key.isPresent())) {
            throw new IllegalArgumentException("must begin with remote:grpcs:// where ca, cert or key is given");
        }
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("must have both of cert and key, or neither");
        }
        return new Device.Remote(
                server.group(2),
                port,
                Query.decoded(server.group(4)),
                query.take("version"),
                tls,
                ca,
                certificate.flatMap(file -> key.map(secret -> new Device.ClientCertificate(file, secret))),
                query.take("deadline", DeviceText::time).orElse(Duration.ofSeconds(5)),
                query.take("patience", DeviceText::time).orElse(Duration.ofMinutes(1)));
    }

    private static Duration time(String text) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(1)) == 0) {
            throw new IllegalArgumentException("must have durations such as 500ms, 5s or 1m");
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    /** What stands behind the question mark: {@code key=value&key=value}, with %-escapes. */
    private static final class Query {
        private static final String OPTION = "option.";

        private final Map<String, String> values = new LinkedHashMap<>();

        Query(String text) {
            for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
                int at = pair.indexOf('=');
                if (at < 1) {
                    throw new IllegalArgumentException("must have key=value behind the question mark");
                }
                if (values.put(pair.substring(0, at), decoded(pair.substring(at + 1))) != null) {
                    throw new IllegalArgumentException("must have " + pair.substring(0, at) + " once");
                }
            }
        }

        static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        Optional<String> take(String key) {
            return Optional.ofNullable(values.remove(key));
        }

        <T> Optional<T> take(String key, Function<String, T> reader) {
            return take(key).map(reader);
        }

        Map<String, String> takeOptions() {
            Map<String, String> options = new LinkedHashMap<>();
            values.forEach((key, value) -> {
                if (key.startsWith(OPTION)) {
                    options.put(key.substring(OPTION.length()), value);
                }
            });
            values.keySet().removeIf(key -> key.startsWith(OPTION));
            return options;
        }

        void requireAllTaken() {
            if (!values.isEmpty()) {
                throw new IllegalArgumentException("must not have " + String.join(", ", values.keySet())
                        + " behind the question mark of such a device");
            }
        }
    }
}
