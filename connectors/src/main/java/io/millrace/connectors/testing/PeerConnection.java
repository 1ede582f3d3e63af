package io.millrace.connectors.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Collector;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.SslDomain;
import org.apache.qpid.proton.engine.Transport;
import org.apache.qpid.proton.engine.TransportException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection: its socket, and proton-j's engine for it. On the loop's thread only. */
final class PeerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);
    private static final int MAX_FRAME_SIZE = 65_536;
    private static final int IDLE_TIMEOUT_MS = 240_000; // Event Hubs' own
    private static final int ROUNDS = 64; // of one visit, so that no connection starves the others

    private final SocketChannel channel;
    private final Transport transport = Proton.transport();
    private final Connection connection = Proton.connection();
    private final Collector collector = Collector.Factory.create();
    private final Authority authority;
    private final LinkRouter router;
    private final List<PeerLink> links = new ArrayList<>();
    private @Nullable SelectionKey key;
    private @Nullable ByteBuffer garbage;
    private boolean frozen;
    private boolean gone;

    PeerConnection(SocketChannel channel, @Nullable SSLContext tls, Authority authority, LinkRouter router) {
        this.channel = channel;
        this.authority = authority;
        this.router = router;
        transport.setMaxFrameSize(MAX_FRAME_SIZE); // before sasl(), which takes it over
        transport.setIdleTimeout(IDLE_TIMEOUT_MS);
        transport.setEmitFlowEventOnSend(false);
        authority.listenTo(transport.sasl());
        if (tls != null) {
            SslDomain domain = Proton.sslDomain();
            domain.init(SslDomain.Mode.SERVER);
            domain.setPeerAuthentication(SslDomain.VerifyMode.ANONYMOUS_PEER);
            domain.setSslContext(tls);
            transport.ssl(domain);
        }
        connection.collect(collector);
        transport.bind(connection);
    }

    void register(SelectionKey registered) {
        key = registered;
    }

    Authority authority() {
        return authority;
    }

    List<PeerLink> links() {
        return List.copyOf(links);
    }

    boolean isGone() {
        return gone;
    }

    void onReady(SelectionKey ready) {
        try {
            if (ready.isReadable() && !frozen) {
                read();
            }
        } catch (IOException e) {
            LOG.debug("a client is gone", e);
            drop();
        }
    }

    private void read() throws IOException {
        while (transport.capacity() > 0) {
            int count = channel.read(transport.tail());
            if (count < 0) {
                transport.close_tail();
            } else if (count > 0) {
                try {
                    transport.process();
                } catch (TransportException e) {
                    LOG.debug("a client does not speak AMQP", e);
                }
            }
            dispatch();
            if (count <= 0) {
                return;
            }
        }
    }

    /** Does what can be done now: answers, sends what links have, tells the selector what to wait for. */
    void work() {
        if (gone || frozen) {
            return;
        }
        try {
            transport.tick(System.nanoTime() / 1_000_000);
            boolean busy = true;
            for (int round = 0; busy && round < ROUNDS; round++) {
                dispatch();
                links.forEach(PeerLink::pump);
                busy = write();
            }
            interest();
        } catch (IOException e) {
            LOG.debug("a client is gone", e);
            drop();
        }
    }

    /** @return whether all could be written, and something was */
    private boolean write() throws IOException {
        if (garbage != null) {
            channel.write(garbage);
            drop();
            return false;
        }
        boolean written = false;
        int pending = transport.pending();
        while (pending > 0) {
            int count = channel.write(transport.head());
            if (count == 0) {
                return false;
            }
            transport.pop(count);
            written = true;
            pending = transport.pending();
        }
        if (pending < 0) {
            drop();
            return false;
        }
        return written;
    }

    private void interest() {
        if (key != null && key.isValid()) {
            int read = transport.capacity() > 0 ? SelectionKey.OP_READ : 0;
            key.interestOps(read | (transport.pending() > 0 ? SelectionKey.OP_WRITE : 0));
        }
    }

    private void dispatch() {
        for (Event event = collector.peek(); event != null; event = collector.peek()) {
            handle(event);
            collector.pop();
        }
    }

    private void handle(Event event) {
        switch (event.getType()) {
            case CONNECTION_REMOTE_OPEN -> {
                connection.setContainer("millrace-peer");
                connection.open();
            }
            case SESSION_REMOTE_OPEN -> {
                event.getSession().setIncomingCapacity(4 << 20);
                event.getSession().open();
            }
            case LINK_REMOTE_OPEN -> attach(event.getLink());
            case LINK_FLOW -> withLink(event.getLink(), PeerLink::pump);
            case DELIVERY -> withLink(event.getLink(), link -> link.onDelivery(event.getDelivery()));
            case LINK_REMOTE_CLOSE, LINK_REMOTE_DETACH -> {
                withLink(event.getLink(), this::forget);
                event.getLink().close();
                event.getLink().free();
            }
            case SESSION_REMOTE_CLOSE -> {
                links().stream()
                        .filter(link -> link.link().getSession() == event.getSession())
                        .forEach(this::forget);
                event.getSession().close();
                event.getSession().free();
            }
            case CONNECTION_REMOTE_CLOSE -> {
                links().forEach(this::forget);
                connection.close();
            }
            case TRANSPORT_ERROR -> LOG.debug("a client breaks off: {}", transport.getCondition());
            default -> {} // what this end has done itself
        }
    }

    private void attach(Link link) {
        try {
            PeerLink attached = router.attach(this, link);
            link.setContext(attached);
            links.add(attached);
            link.open();
            attached.onOpen();
        } catch (AmqpError error) {
            link.setSource(null);
            link.setTarget(null);
            link.open();
            link.setCondition(error.condition());
            link.close();
        }
    }

    private static void withLink(Link link, java.util.function.Consumer<PeerLink> action) {
        if (link.getContext() instanceof PeerLink attached && link.getLocalState() == EndpointState.ACTIVE) {
            action.accept(attached);
        }
    }

    private void forget(PeerLink link) {
        if (links.remove(link)) {
            link.onGone();
        }
    }

    /** Ends a link from this side. */
    void detach(PeerLink attached, ErrorCondition condition) {
        forget(attached);
        attached.link().setCondition(condition);
        attached.link().close();
    }

    /** Ends the connection from this side, as AMQP has it. */
    void forceClose(String condition, String description) {
        links().forEach(this::forget);
        connection.setCondition(new ErrorCondition(Symbol.valueOf(condition), description));
        connection.close();
    }

    boolean isFrozen() {
        return frozen;
    }

    /** Lets the socket be, reads and writes nothing more, and tells nobody. */
    void freeze() {
        frozen = true;
        if (key != null && key.isValid()) {
            key.interestOps(0);
        }
    }

    /** Sends what is no AMQP, then ends. */
    void sendGarbage(byte[] bytes) {
        garbage = ByteBuffer.wrap(bytes);
    }

    /** Ends the socket without a word. */
    void drop() {
        if (gone) {
            return;
        }
        gone = true;
        links().forEach(this::forget);
        try {
            channel.setOption(java.net.StandardSocketOptions.SO_LINGER, 0); // a reset, not an end
            channel.close();
        } catch (IOException e) {
            LOG.debug("cannot close a socket", e);
        }
    }
}
