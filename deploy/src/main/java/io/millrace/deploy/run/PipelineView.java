package io.millrace.deploy.run;

import io.millrace.deploy.page.LiveView;
import io.millrace.deploy.page.LiveViewOptions;
import io.millrace.deploy.page.PageServer;
import io.millrace.scorers.Device;
import io.millrace.scorers.DeviceReport;
import io.millrace.topology.config.PipelineConfig;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The live page of a running pipeline, where one was asked for. */
public final class PipelineView implements AutoCloseable {
    private final @Nullable LiveView view;
    private final @Nullable PageServer server;

    private PipelineView(@Nullable LiveView view, @Nullable PageServer server) {
        this.view = view;
        this.server = server;
    }

    /** Opens the page at an address; {@code null}: there is none. */
    public static PipelineView open(
            @Nullable InetSocketAddress address, PipelineConfig config, Cluster cluster, RunningPipeline running) {
        if (address == null) {
            return new PipelineView(null, null);
        }
        LiveView view = LiveView.start(options(config, cluster, running.device()));
        try {
            return new PipelineView(view, PageServer.start(address, view, running::readiness));
        } catch (RuntimeException e) {
            view.close();
            throw e;
        }
    }

    private static LiveViewOptions options(PipelineConfig config, Cluster cluster, DeviceReport device) {
        return new LiveViewOptions(
                cluster.properties(),
                new LiveViewOptions.Topics(
                        config.source().topic(),
                        config.topics().predictions(),
                        config.topics().alerts(),
                        config.topics().deadLetters()),
                config.source().deviceField().orElse(LiveViewOptions.KEY),
                config.source().time().orElse(null),
                config.fields(),
                label(config.pipeline(), device));
    }

    /** The pipeline's name, and where it runs unless that goes without saying. */
    private static String label(String pipeline, DeviceReport device) {
        return device.asked().equals(Device.CPU)
                ? pipeline
                : pipeline + " on " + device.lines().get(0);
    }

    /** What is seen from outside. */
    public Optional<LiveView> seen() {
        return Optional.ofNullable(view);
    }

    /** Where the page is. */
    public Optional<String> url() {
        return Optional.ofNullable(server)
                .map(PageServer::address)
                .map(at -> "http://" + at.getHostString() + ":" + at.getPort() + "/");
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        if (view != null) {
            view.close();
        }
    }
}
