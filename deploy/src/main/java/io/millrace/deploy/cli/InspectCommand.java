package io.millrace.deploy.cli;

import io.millrace.deploy.run.ModelSkeleton;
import io.millrace.scorers.Device;
import io.millrace.scorers.ModelContract;
import io.millrace.scorers.ModelException;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.ModelInfo;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import io.millrace.scorers.TensorSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        header = "Tells what a model asks for; prints a pipeline to fit it.",
        description =
                "Also what it gives, where it came from, and what a call costs here. The pipeline.yaml is all that follows"
                        + " the line '# pipeline.yaml': put your own field names into it.")
final class InspectCommand implements Callable<Integer> {
    private static final int MOST_TEXTS = 20;
    private static final String THRESHOLD = "millrace.threshold";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "model.onnx", description = "The model to look at.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            converter = Devices.class,
            defaultValue = "cpu",
            description = "Where to run it, as in pipeline.yaml (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Device device;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        ModelFile model = ModelFile.read(file);
        print(ModelInfo.of(model), out);
        try (OnnxScorer scorer = OnnxScorer.open(model, OnnxOptions.defaults().withDevice(device, true))) {
            ModelContract contract = scorer.contract();
            out.printf(
                    Locale.ROOT,
                    "runs on    %s; a call costs %.1f µs + %.2f µs a row here; suggested batch: %d rows%n",
                    scorer.device().lines().get(0),
                    scorer.cost().callNanos() / 1000,
                    scorer.cost().nanosPerRow() / 1000,
                    scorer.suggestedRows());
            scorer.device().lines().stream().skip(1).forEach(line -> out.println("           " + line));
            out.println();
            out.println("# pipeline.yaml");
            out.print(skeleton(contract));
        } catch (ModelException e) {
            out.println("runs on    nothing yet: " + e.getMessage());
            out.flush();
            return ExitCode.BAD_INPUT;
        }
        out.flush();
        return ExitCode.OK;
    }

    private String skeleton(ModelContract contract) {
        ModelSkeleton skeleton = new ModelSkeleton(contract);
        String name = contract.name()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._-]+", "-")
                .replaceAll("^[^a-z0-9]+", "");
        return "pipeline: " + (name.isEmpty() ? "pipeline" : name.substring(0, Math.min(name.length(), 100))) + '\n'
                + "source: {topic: telemetry, format: json, device: /deviceId, time: /ts}\n"
                + skeleton.model(file, skeleton.features())
                + alert(contract);
    }

    /** A rule for the first score; a comment, unless the model itself says where the threshold is. */
    private static String alert(ModelContract contract) {
        Map<String, String> metadata = contract.metadata();
        for (TensorSpec output : contract.outputs()) {
            String threshold = metadata.getOrDefault(THRESHOLD + "." + output.name(), metadata.get(THRESHOLD));
            if (threshold != null && !output.type().isText()) {
                String label = output.rowSize() == 1
                        ? ""
                        : "["
                                + (output.labels().isEmpty()
                                        ? "0"
                                        : output.labels().get(0)) + "]";
                return "alerts: # with the model's own threshold\n  - {name: anomaly, when: '" + output.name() + label
                        + " > " + threshold + "', for: 3 of 5, severity: critical}\n";
            }
        }
        return "# alerts:\n#   - {name: anomaly, when: "
                + contract.outputs().get(0).name()
                + " > 0.9, for: 3 of 5, severity: critical}\n";
    }

    private void print(ModelInfo info, PrintWriter out) {
        out.println("model      " + file);
        out.printf(Locale.ROOT, "size       %,d bytes%n", info.sizeBytes());
        out.println("sha256     " + info.sha256());
        out.println("producer   " + orNone(info.producer()));
        out.println("graph      " + orNone(info.graphName()) + ", model version " + info.modelVersion());
        out.println("opset      "
                + new TreeMap<>(info.opsets())
                        .entrySet().stream()
                                .map(set -> (set.getKey().isEmpty() ? "ai.onnx" : set.getKey()) + " " + set.getValue())
                                .collect(Collectors.joining(", "))
                + "; IR version " + info.irVersion());
        info.inputs().forEach(input -> out.println("input      " + input));
        info.outputs().forEach(output -> out.println("output     " + output));
        new TreeMap<>(info.texts())
                .forEach((input, texts) -> out.println("text       " + input + " knows "
                        + texts.stream().limit(MOST_TEXTS).collect(Collectors.joining(", "))
                        + (texts.size() > MOST_TEXTS ? ", … (" + texts.size() + " in all)" : "")));
        for (Map.Entry<String, String> entry : new TreeMap<>(info.metadata()).entrySet()) {
            out.println("metadata   " + entry.getKey() + ": " + entry.getValue());
        }
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "(none)" : text;
    }
}
