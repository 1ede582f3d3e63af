package io.millrace.deploy.page;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests for other hosts where the server is bound to the loopback address. Otherwise any web site could
 * have its name resolve to 127.0.0.1 and read the page through its visitors' browsers (DNS rebinding).
 */
final class HostCheck {
    private final boolean loopback;

    HostCheck(InetAddress bound) {
        loopback = bound.isLoopbackAddress();
    }

    boolean allows(@Nullable String hostHeader) {
        if (!loopback) {
            return true;
        }
        if (hostHeader == null) {
            return false;
        }
        String host = hostHeader.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
