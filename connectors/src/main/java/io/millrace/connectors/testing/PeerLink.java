package io.millrace.connectors.testing;

import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;

/** What a link does. On the loop's thread only. */
interface PeerLink {
    Link link();

    /** The path that a token must allow; empty if any will do. */
    String path();

    /** After the link has been opened on both sides. */
    default void onOpen() {}

    /** When something may be sent, or credit given. Called often. */
    default void pump() {}

    /** When something has arrived, or was settled. */
    default void onDelivery(Delivery delivery) {
        if (delivery.remotelySettled()) {
            delivery.settle();
        }
    }

    /** The bytes of a transfer that has arrived whole. */
    static byte[] take(Receiver receiver, Delivery delivery) {
        byte[] bytes = new byte[delivery.pending()];
        receiver.recv(bytes, 0, bytes.length);
        receiver.advance();
        return bytes;
    }

    /** After the link has ended, from whichever side. */
    default void onGone() {}
}
