package io.millrace.topology.config;

import java.util.List;
import java.util.function.ObjIntConsumer;

/** What fills one input of the model. */
public sealed interface InputMapping {
    /** How many elements of the tensor it fills per row. */
    int elements();

    /** The shape of what it fills per row. */
    default List<Long> shape() {
        return List.of((long) elements());
    }

    /** Whether it depends on the device's earlier events. */
    boolean needsPast();

    /** Its features one by one; those of a window are not told apart. */
    default List<Feature> features() {
        return List.of();
    }

    /** Names each field that it is made from, with how many earlier values of it are needed; fields may repeat. */
    void eachField(ObjIntConsumer<String> use);

    /** One value per feature, in the tensor's element order: {@code [rows, features]}. */
    record Row(List<Feature> features) implements InputMapping {
        public Row {
            features = List.copyOf(features);
        }

        @Override
        public int elements() {
            return features.size();
        }

        @Override
        public boolean needsPast() {
            return features.stream().anyMatch(Feature::needsPast);
        }

        @Override
        public void eachField(ObjIntConsumer<String> use) {
            for (Feature feature : features) {
                if (feature instanceof Feature.OfField ofField) {
                    use.accept(ofField.field(), ofField.history());
                }
            }
        }
    }

    /** The last {@code events} values of each field, oldest first: {@code [rows, events, fields]}. */
    record Window(int events, List<String> fields) implements InputMapping {
        public Window {
            Rules.EVENTS.check("window", events);
            fields = List.copyOf(fields);
            fields.forEach(field -> Rules.POINTER.check("fields", field));
        }

        @Override
        public int elements() {
            return Math.multiplyExact(events, fields.size());
        }

        @Override
        public List<Long> shape() {
            return List.of((long) events, (long) fields.size());
        }

        @Override
        public boolean needsPast() {
            return events > 1;
        }

        @Override
        public void eachField(ObjIntConsumer<String> use) {
            fields.forEach(field -> use.accept(field, events - 1));
        }
    }
}
