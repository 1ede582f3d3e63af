package io.millrace.connectors.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks hosts up in time, each on a thread of its own: the resolver takes as long as it likes, which can be minutes. */
public final class Lookup {
    private Lookup() {}

    /**
     * A host's address.
     *
     * @throws UnknownHostException if nobody knows the host in time; the message says so
     */
    public static InetAddress of(String host, Duration patience) throws UnknownHostException {
        return of(host, patience, () -> InetAddress.getByName(host));
    }

    static InetAddress of(String host, Duration patience, Callable<InetAddress> resolver) throws UnknownHostException {
        FutureTask<InetAddress> lookup = new FutureTask<>(resolver);
        Thread thread = new Thread(lookup, "millrace-dns");
        thread.setDaemon(true);
        thread.start();
        try {
            return lookup.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new UnknownHostException("nobody knows the host " + host);
        } catch (TimeoutException e) {
            throw new UnknownHostException("nobody knows the host " + host + " within " + patience.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("interrupted while looking for the host " + host);
        }
    }
}
