package io.millrace.loadtest.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.loadtest.pipeline.Model;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.EventDecoder;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a record's bytes to the values of its fields, beside Jackson's tree for the same record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH sets up
public class DecodeBenchmark {
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Param({"MLP16", "WINDOW64X8"})
    public Model model = Model.MLP16;

    private Telemetry telemetry;
    private EventDecoder decoder;
    private Event event;

    @Setup
    public void setUp() {
        telemetry = new Telemetry(model);
        decoder = new Pipeline(model, Pipeline.row(model)).plan.decoders().get();
        event = new Event(model.features());
    }

    @Benchmark
    public Decoded decode() {
        return decoder.decode(telemetry.next(), event);
    }

    @Benchmark
    public JsonNode jacksonTree() throws IOException {
        return JACKSON.readTree(Objects.requireNonNull(telemetry.next().value()));
    }
}
