package io.millrace.scorers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A session of ONNX Runtime, on the CPU or on another device of this machine. */
final class SessionEngine implements Engine {
    private final String provider;
    private final OrtSession session;
    private final List<OnnxTensor> weights;
    private final PluginLibraries.@Nullable Lease plugin;

    private SessionEngine(
            String provider, OrtSession session, List<OnnxTensor> weights, PluginLibraries.@Nullable Lease plugin) {
        this.weights = weights;
        this.provider = provider;
        this.session = session;
        this.plugin = plugin;
    }

    /** Opens a session on the CPU. */
    static SessionEngine onCpu(OrtEnvironment environment, ModelFile file, OnnxOptions options) throws OrtException {
        try (SessionOptions session = sessionOptions(options)) {
            List<OnnxTensor> weights = file.externalData().addTo(session, environment);
            return new SessionEngine("CPU", environment.createSession(file.bytes(), session), weights, null);
        }
    }

    /**
     * Opens a session on the device that the options name, with a profile of what it does from here on.
     *
     * @param profile the profile's folder; see {@link #endProfile}
     */
    static SessionEngine onDevice(OrtEnvironment environment, ModelFile file, OnnxOptions options, Path profile)
            throws OrtException, DeviceUnavailable {
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        PluginLibraries.Lease lease = null;
        boolean opened = false;
        try (SessionOptions session = sessionOptions(options)) {
            session.enableProfiling(profile.resolve("profile").toString());
            Device device = options.device();
            String provider;
            if (device instanceof Device.Plugin plugin) {
                lease = PluginLibraries.acquire(environment, plugin);
                session.addExecutionProvider(lease.devices(), plugin.options());
                provider = plugin.name();
            } else {
                provider = addBuiltIn(session, device, resources);
            }
            List<OnnxTensor> weights = file.externalData().addTo(session, environment);
            SessionEngine engine = new SessionEngine(
                    Placement.shortName(provider), environment.createSession(file.bytes(), session), weights, lease);
            opened = true;
            return engine;
        } finally {
            close(resources);
            if (!opened && lease != null) {
                lease.close();
            }
        }
    }

    private static String addBuiltIn(SessionOptions session, Device device, Deque<AutoCloseable> resources)
            throws OrtException, DeviceUnavailable {
        if (device instanceof Device.Cuda cuda) {
            require(OrtProvider.CUDA, "a build of ONNX Runtime for CUDA (mvn -Pgpu)");
            try {
                addCuda(session, cuda.index(), resources);
            } catch (OrtException e) {
                throw new DeviceUnavailable("it needs CUDA 12 and cuDNN 9 on this machine: " + OneLine.of(e), e);
            }
            return "CUDAExecutionProvider";
        }
        if (device instanceof Device.TensorRt tensorRt) {
            require(OrtProvider.TENSOR_RT, "a build of ONNX Runtime for TensorRT (mvn -Pgpu)");
            try {
                OrtTensorRTProviderOptions options = new OrtTensorRTProviderOptions(tensorRt.index());
                resources.push(options);
                session.addTensorrt(options);
                addCuda(session, tensorRt.index(), resources);
            } catch (OrtException e) {
                throw new DeviceUnavailable(
                        "it needs CUDA 12, cuDNN 9 and TensorRT on this machine: " + OneLine.of(e), e);
            }
            return "TensorrtExecutionProvider";
        }
        if (device instanceof Device.OpenVino openVino) {
            require(
                    OrtProvider.OPEN_VINO,
                    "a build of ONNX Runtime with OpenVINO (-Donnxruntime.native.path), or OpenVINO's own plugin (plugin:)");
            session.addOpenVINO(openVino.type());
            return "OpenVINOExecutionProvider";
        }
        throw new IllegalArgumentException("no session runs on " + device);
    }

    private static void addCuda(SessionOptions session, int index, Deque<AutoCloseable> resources) throws OrtException {
        OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(index);
        resources.push(options);
        session.addCUDA(options);
    }

    private static void require(OrtProvider provider, String need) throws DeviceUnavailable {
        if (!OrtEnvironment.getAvailableProviders().contains(provider)) {
            throw new DeviceUnavailable("it needs " + need + ", this one has "
                    + OrtEnvironment.getAvailableProviders().stream()
                            .map(p -> Placement.shortName(p.getName()))
                            .toList());
        }
    }

    private static SessionOptions sessionOptions(OnnxOptions options) throws OrtException {
        SessionOptions result = new SessionOptions();
        result.setIntraOpNumThreads(options.intraOpThreads());
        result.setInterOpNumThreads(1);
        String spinning = options.spinning() ? "1" : "0";
        result.addConfigEntry("session.intra_op.allow_spinning", spinning);
        result.addConfigEntry("session.inter_op.allow_spinning", spinning);
        return result;
    }

    OrtSession session() {
        return session;
    }

    @Override
    public String provider() {
        return provider;
    }

    @Override
    public void run(OnnxBatch.Call call, int rows) throws OrtException {
        session.run(call.inputs(), call.outputs()).close();
    }

    /** Ends the profile and tells what it says. Its folder is removed. */
    Placement endProfile(Path profile) throws OrtException, IOException {
        String file = session.endProfiling();
        try {
            return Placement.read(Path.of(file));
        } finally {
            remove(profile);
        }
    }

    static void remove(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = new ArrayList<>(files.toList());
            all.add(folder);
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(Deque<AutoCloseable> resources) {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("a provider's options cannot be closed", e);
            }
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the session cannot be closed: " + OneLine.of(e), e);
        } finally {
            weights.forEach(OnnxTensor::close);
            if (plugin != null) {
                plugin.close();
            }
        }
    }
}
