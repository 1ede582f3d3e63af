package io.millrace.topology.config;

import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Holds fields of text and words against the types of the inputs that they feed. */
final class TextCheck {
    private final PipelineConfig config;
    private final ModelContract contract;
    private final BiConsumer<String, String> report;

    /** @param report takes a key's path and the message */
    TextCheck(PipelineConfig config, ModelContract contract, BiConsumer<String, String> report) {
        this.config = config;
        this.contract = contract;
        this.report = report;
    }

    void check() {
        config.model().inputs().forEach((name, mapping) -> contract.input(name)
                .ifPresent(spec -> input(spec, mapping)));
        Set<String> texts = config.texts(contract);
        for (String field : config.quality().fields().keySet()) {
            if (texts.contains(field)) {
                report.accept("quality.fields." + field, "must be a field of numbers, but the model takes it as text");
            }
        }
    }

    private void input(TensorSpec spec, InputMapping mapping) {
        String path = "model.inputs." + spec.name();
        boolean text = spec.type().isText();
        if (text && mapping instanceof InputMapping.Window) {
            report.accept(path, "must be a list of fields for the model's " + spec.typeAndShape() + ", got: a window");
        }
        List<Feature> features = mapping.features();
        for (int i = 0; i < features.size(); i++) {
            feature(path + "[" + i + "]", spec, features.get(i));
        }
        if (!text) {
            Set<String> texts = config.texts(contract);
            mapping.eachField((field, history) -> {
                if (texts.contains(field)) {
                    report.accept(
                            path,
                            "must be made of numbers for the model's " + spec.typeAndShape() + ", but field " + field
                                    + " feeds an input of text too");
                }
            });
        }
    }

    private void feature(String path, TensorSpec spec, Feature feature) {
        boolean text = spec.type().isText();
        if (text && !(feature instanceof Feature.Now || feature instanceof Feature.Constant)) {
            report.accept(path, "must be a field itself or a constant, because the model takes text: " + spec);
        } else if (!text
                && feature instanceof Feature.Constant constant
                && constant.number().isEmpty()) {
            report.accept(path, "must be a number for the model's " + spec + ", got: " + constant.value());
        } else if (feature instanceof Feature.Word word) {
            Map<String, Feature.Word> words = new HashMap<>(config.words());
            if (!word.equals(words.get(word.field()))) {
                report.accept(path, "must have the vocabulary that " + word.field() + " has elsewhere");
            }
        } else if (feature instanceof Feature.OfField ofField && config.words().containsKey(ofField.field()) && !text) {
            report.accept(path, "must come with the vocabulary that " + ofField.field() + " has elsewhere");
        }
    }
}
