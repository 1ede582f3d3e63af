package io.millrace.loadtest.process;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into another Java virtual machine of this user from outside, through its attach socket and JMX, so that whoever
 * takes part in a comparison is measured by the same means. A reading costs the other one about a millisecond.
 */
public final class JvmProbe implements AutoCloseable {

    /** In {@code /proc/PID/status}: which signals are caught, a bit each, in hexadecimal. */
    private static final String CAUGHT = "SigCgt:";

    private static final long QUIT = 1L << (3 - 1);

    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    /**
     * What a virtual machine has done so far.
     *
     * @param collections of garbage
     * @param collectionMillis that they took
     * @param allocatedBytes on the heap by the threads that are alive
     * @param heapBytes in use now
     * @param threads how many are in which state
     */
    public record Figures(
            long collections, long collectionMillis, long allocatedBytes, long heapBytes, Map<String, Long> threads) {}

    private JvmProbe(JMXConnector connector) throws IOException {
        this.connector = connector;
        this.beans = connector.getMBeanServerConnection();
    }

    /**
     * Attaches to a process; empty if it is no Java virtual machine that lets itself be attached to, or not yet. Waits up
     * to 10 s for a machine that stands still.
     */
    @SuppressWarnings("BanJNDI") // the address is that of this user's own process, and says RMI on this machine
    public static Optional<JvmProbe> attach(long pid) {
        if (!catchesQuit(pid)) {
            return Optional.empty();
        }
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return Optional.of(new JvmProbe(
                        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))));
            } finally {
                machine.detach();
            }
        } catch (IOException | AttachNotSupportedException e) {
            return Optional.empty();
        }
    }

    /**
     * A virtual machine is called on by a signal that would end any other program. While it starts, it does not catch it
     * yet.
     */
    private static boolean catchesQuit(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(CAUGHT))
                    .anyMatch(line -> (Long.parseUnsignedLong(
                                            line.substring(CAUGHT.length()).strip(), 16)
                                    & QUIT)
                            != 0);
        } catch (IOException | UncheckedIOException e) {
            return false; // it has just ended
        }
    }

    /** What it has done so far; an error if it has ended, or answers no more. */
    public Figures read() throws IOException {
        try {
            return figures();
        } catch (UndeclaredThrowableException e) {
            throw new IOException("a virtual machine must answer, did not: " + e.getCause(), e);
        }
    }

    private Figures figures() throws IOException {
        long collections = 0;
        long millis = 0;
        for (GarbageCollectorMXBean collector :
                ManagementFactory.getPlatformMXBeans(beans, GarbageCollectorMXBean.class)) {
            collections += collector.getCollectionCount();
            millis += collector.getCollectionTime();
        }
        var threads = ManagementFactory.getPlatformMXBean(beans, com.sun.management.ThreadMXBean.class);
        long[] ids = threads.getAllThreadIds();
        Map<String, Long> states = Arrays.stream(threads.getThreadInfo(ids))
                .filter(Objects::nonNull)
                .map(ThreadInfo::getThreadState)
                .collect(Collectors.groupingBy(Enum::name, TreeMap::new, Collectors.counting()));
        long allocated = Arrays.stream(threads.getThreadAllocatedBytes(ids))
                .filter(bytes -> bytes > 0)
                .sum();
        MemoryMXBean memory = ManagementFactory.getPlatformMXBean(beans, MemoryMXBean.class);
        return new Figures(
                collections, millis, allocated, memory.getHeapMemoryUsage().getUsed(), states);
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            // the other side has ended first
        }
    }
}
