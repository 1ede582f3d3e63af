package io.millrace.loadtest.process;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into another Java virtual machine of this user from outside, through its attach socket and JMX, so that whoever
 * takes part in a comparison is measured by the same means. A reading costs the other one about a millisecond.
 */
public final class JvmProbe implements AutoCloseable {

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

    /** Attaches to a process; empty if it is no Java virtual machine that lets itself be attached to. */
    @SuppressWarnings("BanJNDI") // the address is that of this user's own process, and says RMI on this machine
    public static Optional<JvmProbe> attach(long pid) {
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

    public Figures read() throws IOException {
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
