package io.millrace.connectors.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's two listening sockets, bound before anything else happens: an occupied port is found out at once, and a
 * free port that was found is kept.
 */
final class Sockets implements ServerSocketFactory, AutoCloseable {
    private static final int BACKLOG = 50;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final Map<String, ServerSocketChannel> bound = new HashMap<>();
    private final int port;
    private final int controllerPort;

    Sockets(String host, int port) {
        try {
            this.port = bind(BrokerProperties.CLIENTS, new InetSocketAddress(InetAddress.getAllByName(host)[0], port));
            this.controllerPort =
                    bind(BrokerProperties.CONTROLLER, new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0));
        } catch (UnknownHostException e) {
            close();
            throw new BrokerException("broker host must be an address of this machine, got: " + host, e);
        } catch (IOException e) {
            close();
            throw new BrokerException(
                    "broker port must be free, cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + "); stop what uses it, or choose another port, or 0 for any free one",
                    e);
        }
    }

    private int bind(String listener, InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        bound.put(listener, channel);
        channel.bind(address, BACKLOG);
        return channel.socket().getLocalPort();
    }

    int port() {
        return port;
    }

    int controllerPort() {
        return controllerPort;
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listenerName, InetSocketAddress address, int backlog, int receiveBufferSize) throws IOException {
        ServerSocketChannel channel = bound.get(listenerName);
        if (channel == null) {
            throw new IOException("listener " + listenerName + " was not bound");
        }
        channel.configureBlocking(false);
        return channel;
    }

    @Override
    public void close() {
        for (ServerSocketChannel channel : bound.values()) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new BrokerException("cannot close the socket " + channel + ": " + e.getMessage(), e);
            }
        }
    }
}
