package io.millrace.connectors.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which everything of AMQP happens: sockets, engines, links. Other threads hand it work with
 * {@link #call} and tell it of new events with {@link #wake}.
 */
final class EventLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final long TICK_MS = 20; // how late a moved clock is noticed
    private static final int BACKLOG = 128;

    private final Selector selector;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final List<PeerConnection> connections = new ArrayList<>();
    private final Runnable onTick;
    private final Thread thread = new Thread(this::run, "millrace-peer");
    private volatile boolean closed;

    EventLoop(Runnable onTick) throws IOException {
        this.selector = Selector.open();
        this.onTick = onTick;
        thread.setDaemon(true);
    }

    /** Listens on a port of loopback; each socket accepted becomes a connection. Before {@link #start} only. */
    int listen(int port, Function<SocketChannel, PeerConnection> connection) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT, connection);
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    void start() {
        thread.start();
    }

    /** The connections of now; on the loop's thread only. */
    List<PeerConnection> connections() {
        return List.copyOf(connections);
    }

    /** Lets links look for new events. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** Runs something on the loop's thread and waits for it. */
    <T> T call(Callable<T> task) {
        if (closed) {
            throw new IllegalStateException("the peer is closed");
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        selector.wakeup();
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void run() {
        while (!closed) {
            try {
                selector.select(TICK_MS);
                woken.set(false);
                handleKeys();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                onTick.run();
                connections.forEach(PeerConnection::work);
                connections.removeIf(PeerConnection::isGone);
            } catch (IOException | RuntimeException e) {
                LOG.error("the peer's loop goes on after an error", e);
            }
        }
        connections.forEach(PeerConnection::drop);
        for (SelectionKey key : selector.keys()) {
            closeQuietly(key);
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void handleKeys() throws IOException {
        for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
            SelectionKey key = i.next();
            i.remove();
            if (key.isValid() && key.isAcceptable()) {
                accept(key);
            } else if (key.isValid() && key.attachment() instanceof PeerConnection connection) {
                connection.onReady(key);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void accept(SelectionKey key) throws IOException {
        SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
        if (channel == null) {
            return;
        }
        channel.configureBlocking(false);
        channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
        PeerConnection connection = ((Function<SocketChannel, PeerConnection>) key.attachment()).apply(channel);
        try {
            connection.register(channel.register(selector, SelectionKey.OP_READ, connection));
            connections.add(connection);
        } catch (ClosedChannelException e) {
            LOG.debug("a client has gone before it was greeted", e);
        }
    }

    private static void closeQuietly(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            LOG.debug("cannot close {}", key.channel(), e);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(5_000);
            selector.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("cannot close the selector", e);
        }
    }
}
