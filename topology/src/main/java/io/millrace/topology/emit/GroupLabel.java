package io.millrace.topology.emit;

import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.decode.FieldTexts;
import io.millrace.topology.ingest.RawEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an alert is grouped by, such as {@code site=Leeds,model=pump-autoencoder 3}. Not thread-safe. */
final class GroupLabel {
    private static final int MOST_CHARACTERS = 200;

    private final List<String> names = new ArrayList<>();
    private final List<String> by;
    private final String model;
    private final @Nullable FieldTexts fields;

    GroupLabel(List<String> by, ModelIdentity model) {
        this.by = by;
        this.model = model.version() == null ? model.name() : model.name() + ' ' + model.version();
        List<String> pointers = new ArrayList<>();
        for (String one : by) {
            names.add(one.equals(AlertingConfig.MODEL) ? one : one.substring(one.lastIndexOf('/') + 1));
            if (!one.equals(AlertingConfig.MODEL)) {
                pointers.add(one);
            }
        }
        fields = pointers.isEmpty() ? null : new FieldTexts(pointers);
    }

    /** Empty where nothing is grouped by, or there is no record to ask. */
    String of(@Nullable RawEvent raw) {
        if (by.isEmpty() || raw == null) {
            return "";
        }
        @Nullable String[] texts = fields == null ? null : fields.read(raw.value());
        StringBuilder label = new StringBuilder();
        int next = 0;
        for (int i = 0; i < by.size(); i++) {
            String value = model;
            if (!by.get(i).equals(AlertingConfig.MODEL)) {
                String text = texts == null ? null : texts[next];
                value = text == null ? "" : text;
                next++;
            }
            label.append(i == 0 ? "" : ",").append(names.get(i)).append('=').append(value);
        }
        return label.length() <= MOST_CHARACTERS ? label.toString() : label.substring(0, MOST_CHARACTERS);
    }
}
