package io.millrace.scorers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a model's own metadata say to Millrace: {@code millrace.labels}, {@code millrace.mean} and
 * {@code millrace.scale}, each alone or followed by a dot and the tensor it is about. Lists are separated by commas.
 */
final class ModelKeys {
    private static final String LABELS = "millrace.labels";
    private static final String MEAN = "millrace.mean";
    private static final String SCALE = "millrace.scale";

    private ModelKeys() {}

    /** The layout with the labels that the metadata give; they must be as many as the output has elements. */
    static RowLayout labelled(RowLayout layout, Map<String, String> metadata, String model) throws ModelException {
        List<RowTensor> outputs = new ArrayList<>();
        List<Integer> places = places(layout.outputs(), LABELS, metadata, model);
        for (int i = 0; i < layout.outputs().size(); i++) {
            RowTensor output = layout.outputs().get(i);
            outputs.add(places.contains(i) ? output.withLabels(list(LABELS, output, metadata)) : output);
        }
        return new RowLayout(layout.inputs(), outputs, layout.fixedRows(), layout.asDeclared());
    }

    /** How each input is normalised, {@code null} for one that is not. */
    static @Nullable Normalisation[] normalisations(RowLayout layout, Map<String, String> metadata, String model)
            throws ModelException {
        List<RowTensor> inputs = layout.inputs();
        List<Integer> means = places(inputs, MEAN, metadata, model);
        List<Integer> scales = places(inputs, SCALE, metadata, model);
        @Nullable Normalisation[] all = new Normalisation[inputs.size()];
        for (int i = 0; i < all.length; i++) {
            RowTensor input = inputs.get(i);
            if (means.contains(i) || scales.contains(i)) {
                double[] mean = means.contains(i)
                        ? numbers(MEAN, input, metadata, model)
                        : new double[input.spec().rowSize()];
                double[] scale = scales.contains(i)
                        ? numbers(SCALE, input, metadata, model)
                        : ones(input.spec().rowSize());
                if (!input.spec().type().isFloating() || Arrays.stream(scale).anyMatch(s -> s == 0)) {
                    throw new ModelException(model + ": " + MEAN + " and " + SCALE
                            + " must be about an input of floating-point numbers, with a scale that is not 0, got: "
                            + input.spec());
                }
                all[i] = new Normalisation(mean, scale);
            }
        }
        return all;
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The tensors that a key is about: those it names; or, named alone, the only one with as many elements. */
    private static List<Integer> places(List<RowTensor> tensors, String key, Map<String, String> metadata, String model)
            throws ModelException {
        List<Integer> places = new ArrayList<>(IntStream.range(0, tensors.size())
                .filter(i ->
                        metadata.containsKey(key + "." + tensors.get(i).spec().name()))
                .boxed()
                .toList());
        String alone = metadata.get(key);
        if (alone != null) {
            int elements = split(alone).size();
            List<Integer> fitting = IntStream.range(0, tensors.size())
                    .filter(i -> tensors.get(i).spec().rowSize() == elements
                            && !tensors.get(i).spec().type().isText())
                    .boxed()
                    .toList();
            if (fitting.size() != 1) {
                throw new ModelException(model + ": " + key + " must name its tensor (" + key
                        + ".NAME), or have as many elements as one of them, got: " + elements);
            }
            places.addAll(fitting);
        }
        for (int place : places) {
            TensorSpec spec = tensors.get(place).spec();
            if (list(key, tensors.get(place), metadata).size() != spec.rowSize()) {
                throw new ModelException(model + ": " + key + "." + spec.name() + " must have " + spec.rowSize()
                        + " elements for " + spec + ", got: "
                        + list(key, tensors.get(place), metadata).size());
            }
        }
        return places;
    }

    private static List<String> list(String key, RowTensor tensor, Map<String, String> metadata) {
        String named = metadata.get(key + "." + tensor.spec().name());
        return split(named == null ? metadata.getOrDefault(key, "") : named);
    }

    private static List<String> split(String list) {
        return Arrays.stream(list.split(",", -1)).map(String::strip).toList();
    }

    private static double[] numbers(String key, RowTensor tensor, Map<String, String> metadata, String model)
            throws ModelException {
        List<String> list = list(key, tensor, metadata);
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            try {
                numbers[i] = Double.parseDouble(list.get(i));
            } catch (NumberFormatException e) {
                numbers[i] = Double.NaN;
            }
            if (!Double.isFinite(numbers[i])) {
                throw new ModelException(
                        model + ": " + key + " must be finite numbers, got: " + OneLine.of(list.get(i)));
            }
        }
        return numbers;
    }
}
