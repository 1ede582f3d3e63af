package io.millrace.connectors.broker;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a broken broker from taking the process with it. A broker of its own process ends that process when a fault
 * leaves it no way on: through a fatal {@link FaultHandler}, or through {@link Exit}, which is static and so is shared by
 * all brokers of this process. Here the fault is kept, reported once, and thrown on the thread that met it.
 */
final class Faults implements FaultHandlerFactory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final Set<Faults> RUNNING = ConcurrentHashMap.newKeySet();

    private final AtomicReference<@Nullable BrokerException> first = new AtomicReference<>();
    private final String subject;
    private final Consumer<BrokerException> onFault;

    Faults(String subject, Consumer<BrokerException> onFault) {
        this.subject = subject;
        this.onFault = onFault;
        synchronized (RUNNING) {
            RUNNING.add(this);
            Exit.setExitProcedure(Faults::refuseToExit);
            Exit.setHaltProcedure(Faults::refuseToExit);
        }
    }

    /** What broke the broker, if anything has. */
    Optional<BrokerException> first() {
        return Optional.ofNullable(first.get());
    }

    @Override
    public FaultHandler build(String name, boolean fatal, Runnable action) {
        if (!fatal) {
            return new LoggingFaultHandler(name, action);
        }
        return (message, cause) -> {
            action.run();
            return report(name + ": " + message, cause);
        };
    }

    private BrokerException report(String what, @Nullable Throwable cause) {
        String why = cause == null ? "" : " (" + cause + ")";
        BrokerException fault = new BrokerException(subject + " has broken down: " + what + why, cause);
        if (first.compareAndSet(null, fault)) {
            LOG.error("{}", fault.getMessage(), cause);
            onFault.accept(fault);
        }
        return fault;
    }

    /** Kafka does not say which broker it was: each of this process is told. Outside tests there is one. */
    private static void refuseToExit(int status, @Nullable String message) {
        String what = "it asked the process to exit with status " + status + (message == null ? "" : ": " + message);
        BrokerException fault = new BrokerException("the embedded broker has broken down: " + what);
        RUNNING.forEach(faults -> faults.report(what, null));
        throw fault;
    }

    @Override
    public void close() {
        synchronized (RUNNING) {
            RUNNING.remove(this);
            if (RUNNING.isEmpty()) {
                Exit.setExitProcedure((status, message) -> System.exit(status));
                Exit.setHaltProcedure((status, message) -> Runtime.getRuntime().halt(status));
            }
        }
    }
}
