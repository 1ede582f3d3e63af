package io.millrace.deploy.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, read once from the class path. A request names one of them exactly or gets nothing: no
 * path is ever resolved.
 */
final class Assets {
    private static final String WEBJAR = "META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final Map<String, String> OWN = Map.of(
            "/", "index.html",
            "/index.html", "index.html",
            "/page.css", "page.css",
            "/favicon.svg", "favicon.svg",
            "/app.js", "app.js",
            "/charts.js", "charts.js",
            "/device.js", "device.js",
            "/devices.js", "devices.js",
            "/tables.js", "tables.js",
            "/format.js", "format.js");

    private final Map<String, Asset> assets = new HashMap<>();

    Assets() {
        OWN.forEach((path, name) -> add(path, "page/" + name));
        String dist = "META-INF/resources/webjars/uplot/" + uplotVersion() + "/dist/";
        add("/vendor/uPlot.esm.js", dist + "uPlot.esm.js");
        add("/vendor/uPlot.min.css", dist + "uPlot.min.css");
    }

    @Nullable
    Asset find(String path) {
        return assets.get(path);
    }

    private void add(String path, String resource) {
        byte[] body = read(resource);
        assets.put(
                path, new Asset(body, contentType(resource), "\"" + sha256(body).substring(0, 16) + "\""));
    }

    private static String uplotVersion() {
        try (InputStream in = open(WEBJAR)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = Assets.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException("the page's file must be on the class path, but is not: " + resource);
        }
        return in;
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".html" -> "text/html; charset=utf-8";
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no content type for " + name);
        };
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A file as it is served.
     *
     * @param tag the entity tag, quotes included
     */
    @SuppressWarnings("ArrayRecordComponent") // written to a socket, compared by nobody
    record Asset(byte[] body, String contentType, String tag) {}
}
