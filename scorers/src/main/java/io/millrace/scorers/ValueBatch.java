package io.millrace.scorers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch whose values are carried to ONNX Runtime and back at each call: text, which has no fixed size; results in
 * sequences and maps; rows whose batch axis lies behind other dimensions; and inputs without a batch axis beside
 * others that have one.
 *
 * <p>Such an input without a batch axis, a threshold say, is still set row by row. Rows that follow each other with
 * the same value go into one call, so that a row's results never depend on its neighbours'.
 *
 * <p>Each call makes its tensors and allocates what ONNX Runtime hands out. Numbers that lie row after row are
 * shared with it even so.
 */
final class ValueBatch extends SessionBatch {
    private final OrtEnvironment environment;
    private final List<RowStore> inputs;
    private final List<RowStore> outputs;
    private final List<ValueReader> readers;

    /**
     * @param owner whose batch this is
     * @param onClose is run once, when the batch is closed
     */
    ValueBatch(OrtEnvironment environment, Object owner, RowLayout layout, int maxRows, Runnable onClose) {
        super(owner, layout, maxRows, onClose);
        this.environment = environment;
        int capacity = layout.capacity(maxRows);
        inputs = allocate(layout.inputs(), capacity);
        outputs = allocate(layout.outputs(), capacity);
        inputs.forEach(store -> store.limitRows(maxRows));
        outputs.forEach(store -> store.limitRows(0));
        readers = layout.outputs().stream().map(ValueReader::new).toList();
    }

    private static List<RowStore> allocate(List<RowTensor> tensors, int rows) {
        return tensors.stream()
                .map(t -> RowStore.allocate(t.spec().type(), t.spec().rowSize(), rows))
                .toList();
    }

    @Override
    List<RowStore> inputs() {
        return inputs;
    }

    @Override
    List<RowStore> outputs() {
        return outputs;
    }

    @Override
    void call(Engine engine, int rows) throws OrtException {
        if (!(engine instanceof SessionEngine session)) {
            throw new IllegalStateException("values are only carried to a session, got: " + engine.provider());
        }
        outputs.forEach(store -> store.limitRows(layout.capacity(maxRows)));
        for (int first = 0; first < rows; ) {
            int count = layout.isOpen() ? alike(first, rows) - first : layout.fixedRows();
            pad(rows, first + count);
            call(session.session(), first, count);
            first += count;
        }
    }

    /** The first row after {@code first}, up to {@code end}, that differs in what rows of a call must share. */
    private int alike(int first, int end) {
        int alike = end;
        for (int i = 0; i < inputs.size(); i++) {
            if (layout.isShared(layout.inputs().get(i))) {
                int row = first + 1;
                while (row < alike && inputs.get(i).sameRows(first, row)) {
                    row++;
                }
                alike = row;
            }
        }
        return alike;
    }

    private void call(OrtSession session, int first, int count) throws OrtException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try {
            for (int i = 0; i < inputs.size(); i++) {
                RowTensor tensor = layout.inputs().get(i);
                feeds.put(tensor.spec().name(), tensor(tensor, inputs.get(i), first, count));
            }
            try (OrtSession.Result result = session.run(feeds)) {
                for (int i = 0; i < outputs.size(); i++) {
                    OnnxValue value = result.get(i);
                    readers.get(i).read(value, outputs.get(i), first, count);
                }
            }
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(RowTensor tensor, RowStore store, int first, int count) throws OrtException {
        int rows = layout.isShared(tensor) ? 1 : count;
        long[] shape = tensor.shape(count);
        if (store instanceof TextTensor text) {
            String[] values = spread(text.copyRows(first, rows), rows, tensor.pieces());
            return OnnxTensor.createTensor(environment, values, shape);
        }
        ByteBuffer bytes = spread(((NativeTensor) store).slice(first, rows), rows, tensor.pieces());
        return OnnxTensor.createTensor(
                environment, bytes, shape, OnnxTypes.of(tensor.spec().type()));
    }

    /** From row after row to the first piece of every row, then the second, and so on. */
    private static ByteBuffer spread(ByteBuffer rows, int count, int pieces) {
        if (pieces == 1) {
            return rows;
        }
        ByteBuffer result = ByteBuffer.allocateDirect(rows.capacity()).order(ByteOrder.nativeOrder());
        int size = rows.capacity() / (count * pieces);
        for (int row = 0; row < count; row++) {
            for (int piece = 0; piece < pieces; piece++) {
                result.put((piece * count + row) * size, rows, (row * pieces + piece) * size, size);
            }
        }
        return result;
    }

    private static String[] spread(String[] rows, int count, int pieces) {
        if (pieces == 1) {
            return rows;
        }
        String[] result = rows.clone();
        int size = rows.length / (count * pieces);
        for (int row = 0; row < count; row++) {
            for (int piece = 0; piece < pieces; piece++) {
                System.arraycopy(rows, (row * pieces + piece) * size, result, (piece * count + row) * size, size);
            }
        }
        return result;
    }

    @Override
    void closeTensors() {
        // Each call has closed its own.
    }
}
