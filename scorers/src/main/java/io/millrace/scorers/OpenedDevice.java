package io.millrace.scorers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device that was asked for, once it has shown that it does its work: it has executed a part of the model, by
 * ONNX Runtime's own account, and has the CPU's results. Otherwise it is refused, or the CPU takes its place.
 *
 * @param engine what runs the model
 * @param judge the CPU's session where that is another
 */
record OpenedDevice(Engine engine, @Nullable Engine judge, DeviceReport report) {
    private static final Logger LOG = LoggerFactory.getLogger(OpenedDevice.class);
    private static final int PROFILED_RUNS = 10;

    static OpenedDevice open(
            OrtEnvironment environment,
            ModelFile file,
            OnnxOptions options,
            SessionEngine cpu,
            RowLayout layout,
            String model)
            throws OrtException, ModelException {
        if (options.device().equals(Device.CPU)) {
            return new OpenedDevice(cpu, null, DeviceReport.cpu());
        }
        try (SessionBatch batch = SessionBatch.of(environment, cpu, layout, options.maxRows(), () -> {})) {
            OpenedDevice opened = onDevice(environment, file, options, cpu, batch);
            opened.report().lines().forEach(line -> LOG.info("{}: {}", model, line));
            return opened;
        } catch (DeviceUnavailable e) {
            String why = String.valueOf(e.getMessage());
            if (options.require()) {
                throw new ModelException(model + " must run on " + options.device() + ": " + why, e);
            }
            LOG.warn("{} runs on the CPU instead of {}: {}", model, options.device(), why);
            return new OpenedDevice(
                    cpu,
                    null,
                    new DeviceReport(
                            options.device(), "CPU", Optional.of(why), Optional.empty(), OptionalDouble.empty()));
        }
    }

    private static OpenedDevice onDevice(
            OrtEnvironment environment, ModelFile file, OnnxOptions options, SessionEngine cpu, SessionBatch batch)
            throws DeviceUnavailable {
        Engine engine = null;
        boolean proved = false;
        try {
            Optional<Placement> placement = Optional.empty();
            if (options.device() instanceof Device.Remote remote) {
                if (!batch.layout().isPinnable()) {
                    throw new DeviceUnavailable("a server takes and gives tensors of numbers whose rows come first");
                }
                // Where the CPU may take over, it does so at once.
                RemoteEngine server = RemoteEngine.open(remote, options.require() ? remote.patience() : Duration.ZERO);
                engine = server;
                RemoteLayout.check(server.metadata(), batch.layout());
                server.use(batch.layout());
            } else {
                Path profile = Files.createTempDirectory("millrace-profile-");
                SessionEngine session = session(environment, file, options, profile);
                engine = session;
                placement = Optional.of(place(session, batch, options, profile));
            }
            double deviation = GoldenRows.compare(engine, cpu, batch, options);
            proved = true;
            return new OpenedDevice(
                    engine,
                    cpu,
                    new DeviceReport(
                            options.device(),
                            engine.provider(),
                            Optional.empty(),
                            placement,
                            OptionalDouble.of(deviation)));
        } catch (OrtException | ScoringException | DeviceException | IOException | LinkageError e) {
            throw new DeviceUnavailable(OneLine.of(e), e);
        } finally {
            if (!proved && engine != null) {
                engine.close();
            }
        }
    }

    /** A server that has a model of which there is no file here: its own description is all there is to go by. */
    static OpenedDevice onlyThere(Device.Remote remote, RemoteEngine server) {
        return new OpenedDevice(
                server,
                null,
                new DeviceReport(
                        remote, server.provider(), Optional.empty(), Optional.empty(), OptionalDouble.empty()));
    }

    private static SessionEngine session(OrtEnvironment environment, ModelFile file, OnnxOptions options, Path profile)
            throws OrtException, DeviceUnavailable {
        boolean opened = false;
        try {
            SessionEngine session = SessionEngine.onDevice(environment, file, options, profile);
            opened = true;
            return session;
        } finally {
            if (!opened) {
                SessionEngine.remove(profile);
            }
        }
    }

    private static Placement place(SessionEngine session, SessionBatch batch, OnnxOptions options, Path profile)
            throws OrtException, ScoringException, IOException, DeviceUnavailable {
        Placement placement;
        try {
            WarmUp.fill(batch.layout(), batch, options.maxRows());
            for (int i = 0; i < PROFILED_RUNS; i++) {
                batch.run(session, options.maxRows());
            }
        } finally {
            placement = session.endProfile(profile);
        }
        if (!placement.includes(session.provider())) {
            throw new DeviceUnavailable(
                    "it has taken none of the model's nodes; ONNX Runtime's profile says: " + placement);
        }
        return placement;
    }

    /** Closes the device first: it may hold what the CPU's session has loaded. */
    void close() {
        engine.close();
        if (judge != null) {
            judge.close();
        }
    }
}
