package io.millrace.scorers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The libraries of plugin execution providers that are loaded in this process. A library is registered under its
 * provider's name for as long as someone uses it, and unloaded after the last has gone: after the session was
 * closed, since that still calls into it.
 */
final class PluginLibraries {
    private static final Logger LOG = LoggerFactory.getLogger(PluginLibraries.class);
    private static final Map<String, Registered> REGISTERED = new HashMap<>();

    private PluginLibraries() {}

    private static final class Registered {
        private final Path library;
        private int users;

        Registered(Path library) {
            this.library = library;
        }
    }

    /**
     * A use of a library.
     *
     * @param devices what the provider offers; valid until a session was made of it
     */
    record Lease(OrtEnvironment environment, String name, List<OrtEpDevice> devices) implements AutoCloseable {
        @Override
        public void close() {
            release(environment, name);
        }
    }

    static synchronized Lease acquire(OrtEnvironment environment, Device.Plugin plugin)
            throws OrtException, DeviceUnavailable {
        register(environment, plugin);
        boolean found = false;
        try {
            Lease lease = new Lease(environment, plugin.name(), devices(environment, plugin));
            found = true;
            return lease;
        } finally {
            if (!found) {
                release(environment, plugin.name());
            }
        }
    }

    private static void register(OrtEnvironment environment, Device.Plugin plugin)
            throws OrtException, DeviceUnavailable {
        Registered registered = REGISTERED.get(plugin.name());
        if (registered == null) {
            if (!Files.isRegularFile(plugin.library())) {
                throw new DeviceUnavailable("there is no library " + plugin.library());
            }
            environment.registerExecutionProviderLibrary(
                    plugin.name(), plugin.library().toString());
            registered = new Registered(plugin.library());
            REGISTERED.put(plugin.name(), registered);
        } else if (!registered.library.equals(plugin.library())) {
            throw new DeviceUnavailable(
                    "the name " + plugin.name() + " is taken in this process by " + registered.library);
        }
        registered.users++;
    }

    private static List<OrtEpDevice> devices(OrtEnvironment environment, Device.Plugin plugin)
            throws OrtException, DeviceUnavailable {
        List<OrtEpDevice> own = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (OrtEpDevice device : environment.getEpDevices()) {
            names.add(device.getEpName());
            if (device.getEpName().equals(plugin.name())) {
                own.add(device);
            }
        }
        if (own.isEmpty()) {
            throw new DeviceUnavailable(
                    "the library offers no device of a provider " + plugin.name() + "; all that there are: " + names);
        }
        if (plugin.index().isEmpty()) {
            return own;
        }
        int index = plugin.index().getAsInt();
        if (index >= own.size()) {
            throw new DeviceUnavailable(
                    "the provider " + plugin.name() + " has " + own.size() + " devices, got: device " + index);
        }
        return List.of(own.get(index));
    }

    private static synchronized void release(OrtEnvironment environment, String name) {
        Registered registered = REGISTERED.get(name);
        if (registered == null || --registered.users > 0) {
            return;
        }
        REGISTERED.remove(name);
        try {
            environment.unregisterExecutionProviderLibrary(name);
        } catch (OrtException e) {
            LOG.warn("the provider library {} cannot be unloaded: {}", registered.library, OneLine.of(e));
        }
    }
}
