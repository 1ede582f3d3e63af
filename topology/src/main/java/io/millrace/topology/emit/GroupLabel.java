package io.millrace.topology.emit;

import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.decode.FieldTexts;
import io.millrace.topology.ingest.RawEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an alert is grouped by, such as {@code site=Leeds,model=pump-autoencoder 3}. Not thread-safe. */
final class GroupLabel {
    private static final int MOST_CHARACTERS = 200;

    private final List<String> names = new ArrayList<>();
    private final List<String> by;
    private final String model;
    private final @Nullable FieldTexts fields;
    private final @Nullable FieldTexts properties;

    GroupLabel(List<String> by, ModelIdentity model) {
        this.by = by;
        this.model = model.version() == null ? model.name() : model.name() + ' ' + model.version();
        List<String> pointers = new ArrayList<>();
        List<String> ofTwin = new ArrayList<>();
        for (String one : by) {
            names.add(one.substring(one.lastIndexOf('/') + 1));
            if (one.startsWith("/")) {
                pointers.add(one);
            } else if (!one.equals(AlertingConfig.MODEL)) {
                ofTwin.add('/' + one);
            }
        }
        fields = pointers.isEmpty() ? null : new FieldTexts(pointers);
        properties = ofTwin.isEmpty() ? null : new FieldTexts(ofTwin);
    }

    /** Empty where nothing is grouped by, or there is no record to ask. */
    String of(@Nullable RawEvent raw, byte @Nullable [] twin) {
        if (by.isEmpty() || raw == null) {
            return "";
        }
        Iterator<String> ofRecord = texts(fields, raw.value());
        Iterator<String> ofTwin = texts(properties, twin);
        StringBuilder label = new StringBuilder();
        for (int i = 0; i < by.size(); i++) {
            String one = by.get(i);
            Iterator<String> from = one.startsWith("/") ? ofRecord : ofTwin;
            String value = one.equals(AlertingConfig.MODEL) ? model : from.hasNext() ? from.next() : "";
            label.append(i == 0 ? "" : ",").append(names.get(i)).append('=').append(value);
        }
        return label.length() <= MOST_CHARACTERS ? label.toString() : label.substring(0, MOST_CHARACTERS);
    }

    /** The values in order, empty where there is none. */
    private static Iterator<String> texts(@Nullable FieldTexts wanted, byte @Nullable [] document) {
        @Nullable String[] found = wanted == null ? null : wanted.read(document);
        return found == null
                ? Collections.emptyIterator()
                : Arrays.stream(found).map(text -> text == null ? "" : text).iterator();
    }
}
