package io.millrace.connectors.doctor;

import io.millrace.connectors.delivery.Lookup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Whether an address leads anywhere, step by step, since "no answer" has many causes. */
final class Reach {
    private Reach() {}

    /** Looks each host up and knocks at its port. */
    static List<Finding> look(String servers, Duration patience) {
        List<Finding> findings = new ArrayList<>();
        for (String server : servers.split(",", -1)) {
            findings.add(knock(server.strip(), patience));
        }
        return findings;
    }

    private static Finding knock(String server, Duration patience) {
        int colon = server.lastIndexOf(':');
        if (colon < 1 || !server.substring(colon + 1).matches("\\d{1,5}")) {
            return Finding.problem("address", "bootstrap.servers must be HOST:PORT, got: " + server);
        }
        String host = server.substring(0, colon).replaceAll("[\\[\\]]", "");
        int port = Integer.parseInt(server.substring(colon + 1));
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(Lookup.of(host, patience), port), Math.toIntExact(patience.toMillis()));
            return Finding.ok("address", server + " takes connections");
        } catch (UnknownHostException e) {
            return Finding.problem("address", e.getMessage() + ": is the name right, and DNS at hand?");
        } catch (IOException | IllegalArgumentException e) {
            return Finding.problem(
                    "address", server + " takes no connection (" + e.getMessage() + "): is the port right, and open?");
        }
    }

    /** Why a cluster cannot be looked at, for a person. */
    static String why(String servers, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SslAuthenticationException) {
                return "TLS fails (" + cause.getMessage() + "): check security.protocol and the trust store";
            }
            if (cause instanceof SaslAuthenticationException) {
                return "it does not let this client in (" + cause.getMessage()
                        + "): check sasl.mechanism and sasl.jaas.config";
            }
            if (cause instanceof AuthorizationException) {
                return "this client may not ask (" + cause.getMessage() + ")";
            }
            if (cause instanceof UnsupportedVersionException) {
                return "it does not speak this client's version of the protocol (" + cause.getMessage() + ")";
            }
        }
        return "nobody answers Kafka's protocol at " + servers + " (" + shortly(failure)
                + "): does security.protocol suit the port?";
    }

    static String shortly(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
