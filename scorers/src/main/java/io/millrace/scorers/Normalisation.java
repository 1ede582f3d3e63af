package io.millrace.scorers;

/** What a row's elements go through before the model sees them: (value − mean) / scale, in double precision. */
@SuppressWarnings("ArrayRecordComponent") // read only, and never compared
record Normalisation(double[] mean, double[] scale) {

    /** The tensor as its caller sees it: in the units of the mean, both ways. */
    TensorBuffer of(TensorBuffer tensor) {
        return new View(this, tensor);
    }

    private double in(int column, double value) {
        return (value - mean[column]) / scale[column];
    }

    private double out(int column, double value) {
        return value * scale[column] + mean[column];
    }

    private record View(Normalisation by, TensorBuffer tensor) implements TensorBuffer {
        @Override
        public int rowSize() {
            return tensor.rowSize();
        }

        @Override
        public void set(int row, int column, double value) {
            tensor.set(row, column, by.in(column, value));
        }

        @Override
        public void setRow(int row, double[] values, int from) {
            for (int column = 0; column < by.mean.length; column++) {
                tensor.set(row, column, by.in(column, values[from + column]));
            }
        }

        @Override
        public double get(int row, int column) {
            return by.out(column, tensor.get(row, column));
        }

        @Override
        public void getRow(int row, double[] values, int to) {
            for (int column = 0; column < by.mean.length; column++) {
                values[to + column] = get(row, column);
            }
        }
    }
}
