package io.millrace.deploy.run;

import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.prometheus.PrometheusHttpServer;
import io.opentelemetry.instrumentation.runtimetelemetry.RuntimeTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The OpenTelemetry metrics of the pipeline, its connectors and its virtual machine, for Prometheus to read; or nowhere. */
public final class MetricsEndpoint implements AutoCloseable {
    private final MeterProvider provider;
    private final Runnable close;

    private MetricsEndpoint(MeterProvider provider, Runnable close) {
        this.provider = provider;
        this.close = close;
    }

    /** Serves {@code /metrics} at an address; {@code null}: nothing is measured, at no cost. */
    public static MetricsEndpoint at(@Nullable InetSocketAddress address) {
        if (address == null) {
            return new MetricsEndpoint(MeterProvider.noop(), () -> {});
        }
        PrometheusHttpServer server = server(address);
        SdkMeterProvider provider = SdkMeterProvider.builder()
                .setResource(Resource.getDefault().toBuilder()
                        .put("service.name", "millrace")
                        .build())
                .registerMetricReader(server)
                .build();
        RuntimeTelemetry machine = RuntimeTelemetry.create(
                OpenTelemetrySdk.builder().setMeterProvider(provider).build());
        MetricsEndpoint endpoint = new MetricsEndpoint(provider, () -> {
            machine.close();
            provider.close();
        });
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
        return provider.get("io.millrace");
    }

    @Override
    public void close() {
        close.run();
    }
}
