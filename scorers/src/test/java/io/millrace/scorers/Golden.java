package io.millrace.scorers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows of a model's inputs and what its outputs must be, by name, in the order of the graph. */
record Golden(Map<String, Table> inputs, Map<String, Table> outputs) {

    /** One tensor's rows: numbers or texts, the other is empty. */
    @SuppressWarnings("ArrayRecordComponent") // read only
    record Table(double[][] numbers, String[][] texts) {
        boolean isText() {
            return texts.length > 0;
        }

        int rows() {
            return isText() ? texts.length : numbers.length;
        }

        void fill(TensorBuffer target, int from, int to) {
            if (!isText()) {
                target.setRow(to, numbers[from], 0);
                return;
            }
            for (int column = 0; column < texts[from].length; column++) {
                target.setText(to, column, texts[from][column]);
            }
        }
    }

    static Golden of(String model) throws IOException {
        return of(Models.golden(model));
    }

    static Golden of(Path file) throws IOException {
        Golden golden = new Golden(new LinkedHashMap<>(), new LinkedHashMap<>());
        Iterator<String> lines = Files.readAllLines(file).iterator();
        while (lines.hasNext()) {
            String[] head = lines.next().split(" ", -1);
            boolean text = head.length == 5;
            int rows = Integer.parseInt(head[2]);
            double[][] numbers = new double[text ? 0 : rows][];
            String[][] texts = new String[text ? rows : 0][];
            for (int i = 0; i < rows; i++) {
                String line = lines.next();
                if (text) {
                    texts[i] = line.split("\t", -1);
                } else {
                    numbers[i] = Arrays.stream(line.split(" ", -1))
                            .mapToDouble(Double::parseDouble)
                            .toArray();
                }
            }
            (head[0].equals("input") ? golden.inputs : golden.outputs).put(head[1], new Table(numbers, texts));
        }
        return golden;
    }

    int rows() {
        return inputs.values().iterator().next().rows();
    }

    /** Puts the golden row {@code from} of every input into the batch's row {@code to}. */
    void fill(Batch batch, int from, int to) {
        int index = 0;
        for (Table table : inputs.values()) {
            table.fill(batch.input(index++), from, to);
        }
    }
}
