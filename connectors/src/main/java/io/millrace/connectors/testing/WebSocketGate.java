package io.millrace.connectors.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AMQP over web sockets (RFC 6455, sub-protocol {@code AMQPWSB10}): takes the frames off, and hands what is in them to
 * the peer's own port. Two threads for each connection.
 */
final class WebSocketGate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketGate.class);
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
    private static final int LONGEST_REQUEST = 8_192;
    private static final int LONGEST_FRAME = 1 << 20;
    private static final int BINARY = 0x82; // a whole message
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    WebSocketGate(SSLContext tls, int target) throws IOException {
        this.target = target;
        server = tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        LOG.debug("a web socket has ended", e);
                    }
                },
                "millrace-peer-websocket");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            open.add(client);
            start(() -> {
                try (client;
                        Socket peer = new Socket(InetAddress.getLoopbackAddress(), target)) {
                    open.add(peer);
                    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()));
                    InputStream in = new BufferedInputStream(client.getInputStream());
                    greet(in, out);
                    start(() -> outwards(peer, client, out));
                    inwards(new DataInputStream(in), peer, out);
                    open.remove(peer);
                } finally {
                    open.remove(client);
                }
            });
        }
    }

    private static void greet(InputStream in, DataOutputStream out) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || request.length() >= LONGEST_REQUEST) {
                throw new EOFException("a web socket must begin with an HTTP request");
            }
            request.append((char) next);
        }
        String key = "";
        for (String line : request.toString().split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
                key = line.substring(line.indexOf(':') + 1).strip();
            }
        }
        String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Protocol: AMQPWSB10\r\nSec-WebSocket-Accept: " + accepting(key) + "\r\n\r\n";
        out.write(answer.getBytes(ISO_8859_1));
        out.flush();
    }

    private static String accepting(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + MAGIC).getBytes(ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static void inwards(DataInputStream in, Socket peer, DataOutputStream out) throws IOException {
        while (true) {
            int kind = in.readUnsignedByte() & 0xf;
            int second = in.readUnsignedByte();
            long length = second & 0x7f;
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            if (length < 0 || length > LONGEST_FRAME) {
                throw new IOException("a frame must have at most " + LONGEST_FRAME + " bytes, got: " + length);
            }
            byte[] mask = new byte[4];
            if ((second & 0x80) != 0) {
                in.readFully(mask);
            }
            byte[] payload = new byte[(int) length];
            in.readFully(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i & 3];
            }
            if (kind == CLOSE) {
                return;
            }
            if (kind == PING) {
                frame(out, 0x80 | PONG, payload, payload.length);
            } else if (kind != PONG) {
                peer.getOutputStream().write(payload);
            }
        }
    }

    private static void outwards(Socket peer, Socket client, DataOutputStream out) throws IOException {
        byte[] buffer = new byte[16_384];
        try (client) {
            for (int count = peer.getInputStream().read(buffer);
                    count >= 0;
                    count = peer.getInputStream().read(buffer)) {
                frame(out, BINARY, buffer, count);
            }
        }
    }

    private static void frame(DataOutputStream out, int head, byte[] payload, int length) throws IOException {
        synchronized (out) {
            out.write(head);
            if (length < 126) {
                out.write(length);
            } else {
                out.write(126);
                out.writeShort(length);
            }
            out.write(payload, 0, length);
            out.flush();
        }
    }

    @Override
    public void close() {
        closeQuietly(server);
        open.forEach(WebSocketGate::closeQuietly);
    }

    private static void closeQuietly(java.io.Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("cannot close a socket", e);
        }
    }
}
