package io.millrace.scorers;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads one output of a call into rows. */
final class ValueReader {
    private final RowTensor output;
    private final Map<String, Integer> columns = new HashMap<>();

    ValueReader(RowTensor output) {
        this.output = output;
        List<String> labels = output.spec().labels();
        for (int i = 0; i < labels.size(); i++) {
            columns.put(labels.get(i), i);
        }
    }

    /** Puts the value's {@code count} rows into the store from row {@code first} on. */
    void read(OnnxValue value, RowStore store, int first, int count) throws OrtException {
        switch (output.form()) {
            case TENSOR -> tensor((OnnxTensor) value, output, store, first, count, 0);
            case MAP -> map((OnnxMap) value, store, first);
            case MAPS, TENSOR_PER_ROW, TENSORS -> sequence(elements(value), store, first, count);
        }
    }

    private static List<? extends OnnxValue> elements(OnnxValue value) throws OrtException {
        return ((OnnxSequence) value).getValue();
    }

    private void sequence(List<? extends OnnxValue> elements, RowStore store, int first, int count)
            throws OrtException {
        try {
            int wanted =
                    output.form() == RowTensor.Form.TENSORS ? output.parts().size() : count;
            if (elements.size() != wanted) {
                throw unlike("a sequence of " + wanted, "one of " + elements.size());
            }
            int column = 0;
            for (int i = 0; i < wanted; i++) {
                OnnxValue element = elements.get(i);
                if (element instanceof OnnxMap map) {
                    map(map, store, first + i);
                } else if (output.form() == RowTensor.Form.TENSORS) {
                    RowTensor part = output.parts().get(i);
                    tensor((OnnxTensor) element, part, store, first, count, column);
                    column += part.spec().rowSize();
                } else {
                    tensor((OnnxTensor) element, output.parts().get(0), store, first + i, 1, 0);
                }
            }
        } finally {
            elements.forEach(OnnxValue::close);
        }
    }

    private void map(OnnxMap map, RowStore store, int row) throws OrtException {
        int missing = columns.size();
        for (Map.Entry<?, ?> entry : map.getValue().entrySet()) {
            Integer column = columns.get(String.valueOf(entry.getKey()));
            if (column == null) {
                throw unlike("a map of " + output.spec().labels(), "the key " + entry.getKey());
            }
            missing--;
            if (entry.getValue() instanceof Number number) {
                store.set(row, column, number.doubleValue());
            } else {
                store.setText(row, column, String.valueOf(entry.getValue()));
            }
        }
        if (missing > 0) {
            throw unlike("a map of " + output.spec().labels(), "one without some of these keys");
        }
    }

    /** Puts the rows of a tensor into the columns from {@code column} on. */
    private void tensor(OnnxTensor value, RowTensor tensor, RowStore store, int first, int count, int column)
            throws OrtException {
        long[] shape = value.getInfo().getShape();
        if (!Arrays.equals(shape, tensor.shape(count))) {
            throw unlike(Arrays.toString(tensor.shape(count)), Arrays.toString(shape));
        }
        int rowSize = tensor.spec().rowSize();
        int pieces = tensor.pieces();
        int size = rowSize / pieces;
        if (store instanceof TextTensor text) {
            String[] values = shape.length == 0
                    ? new String[] {(String) value.getValue()}
                    : OrtUtil.flattenString(value.getValue());
            for (int i = 0; i < values.length; i++) {
                text.setText(first + i / size % count, column + i / (size * count) * size + i % size, values[i]);
            }
            return;
        }
        ByteBuffer bytes = value.getByteBuffer();
        NativeTensor target = (NativeTensor) store;
        for (int row = 0; row < count; row++) {
            for (int piece = 0; piece < pieces; piece++) {
                target.putBytes(first + row, column + piece * size, bytes, (piece * count + row) * size, size);
            }
        }
    }

    private OrtException unlike(String expected, String got) {
        return new OrtException("output '" + output.spec().name() + "' must give " + expected
                + ", as it did when the model was opened, got: " + got);
    }
}
