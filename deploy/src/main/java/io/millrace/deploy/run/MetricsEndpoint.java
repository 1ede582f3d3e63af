package io.millrace.deploy.run;

import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.prometheus.PrometheusHttpServer;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The pipeline's OpenTelemetry metrics, for Prometheus to read; or nowhere. */
public final class MetricsEndpoint implements AutoCloseable {
    private final @Nullable SdkMeterProvider provider;

    private MetricsEndpoint(@Nullable SdkMeterProvider provider) {
        this.provider = provider;
    }

    /** Serves {@code /metrics} at an address; {@code null}: nothing is measured, at no cost. */
    public static MetricsEndpoint at(@Nullable InetSocketAddress address) {
        if (address == null) {
            return new MetricsEndpoint(null);
        }
        PrometheusHttpServer server = server(address);
        MetricsEndpoint endpoint = new MetricsEndpoint(SdkMeterProvider.builder()
                .setResource(Resource.getDefault().toBuilder()
                        .put("service.name", "millrace")
                        .build())
                .registerMetricReader(server)
                .build());
        ConnectorMeters.make(endpoint.meter());
        return endpoint;
    }

    private static PrometheusHttpServer server(InetSocketAddress address) {
        try {
            return PrometheusHttpServer.builder()
                    .setHost(address.getHostString())
                    .setPort(address.getPort())
                    .build();
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(
                    "cannot serve metrics at " + address.getHostString() + ":" + address.getPort() + ": "
                            + Objects.requireNonNullElse(e.getCause(), e).getMessage()
                            + "; end what uses that port, or name another one",
                    new IOException(e));
        }
    }

    /** What the pipeline measures with. */
    public Meter meter() {
        return (provider == null ? MeterProvider.noop() : provider).get("io.millrace");
    }

    @Override
    public void close() {
        if (provider != null) {
            provider.close();
        }
    }
}
