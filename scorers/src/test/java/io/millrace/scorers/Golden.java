package io.millrace.scorers;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows of a model's inputs and what its outputs must be, by name, in the order of the graph. */
record Golden(Map<String, double[][]> inputs, Map<String, double[][]> outputs) {
    static Golden of(String model) throws IOException {
        Golden golden = new Golden(new LinkedHashMap<>(), new LinkedHashMap<>());
        Iterator<String> lines = Files.readAllLines(Models.golden(model)).iterator();
        while (lines.hasNext()) {
            String[] head = lines.next().split(" ", -1);
            double[][] rows = new double[Integer.parseInt(head[2])][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Arrays.stream(lines.next().split(" ", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
            }
            (head[0].equals("input") ? golden.inputs : golden.outputs).put(head[1], rows);
        }
        return golden;
    }

    int rows() {
        return inputs.values().iterator().next().length;
    }

    /** Puts the golden row {@code from} of every input into the batch's row {@code to}. */
    void fill(Batch batch, int from, int to) {
        int index = 0;
        for (double[][] rows : inputs.values()) {
            batch.input(index++).setRow(to, rows[from], 0);
        }
    }
}
