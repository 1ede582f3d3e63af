package io.millrace.deploy.run;

import io.millrace.deploy.page.LiveView;
import io.millrace.deploy.page.LiveViewOptions;
import io.millrace.deploy.page.PageServer;
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
        LiveView view = LiveView.start(options(config, cluster));
        try {
            return new PipelineView(view, PageServer.start(address, view, running::readiness));
        } catch (RuntimeException e) {
            view.close();
            throw e;
        }
    }

    private static LiveViewOptions options(PipelineConfig config, Cluster cluster) {
        return new LiveViewOptions(
                cluster.properties(),
                new LiveViewOptions.Topics(
                        config.source().topic(),
                        config.topics().predictions(),
                        config.topics().alerts(),
                        config.topics().deadLetters()),
                config.source().device().orElse(LiveViewOptions.KEY),
                config.source().time().orElse(null),
                config.fields(),
                config.pipeline());
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
