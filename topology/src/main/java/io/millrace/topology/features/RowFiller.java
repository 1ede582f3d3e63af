package io.millrace.topology.features;

import java.util.stream.IntStream;

/** Fills the row of one of a model's inputs. */
sealed interface RowFiller {
    /** How many numbers the row has. */
    int width();

    /**
     * @param now the event's values
     * @param timeMs the event's time
     * @param past the device's state before the event, with enough events
     */
    void fill(double[] now, long timeMs, DeviceState past, double[] row);

    /** Values of the event that stand side by side. */
    record Slice(int from, int width) implements RowFiller {
        @Override
        public void fill(double[] now, long timeMs, DeviceState past, double[] row) {
            System.arraycopy(now, from, row, 0, width);
        }
    }

    /** Numbers that have nothing to do with each other. */
    @SuppressWarnings("ArrayRecordComponent") // made once at start-up, and never compared
    record Columns(Column[] columns) implements RowFiller {
        @Override
        public int width() {
            return columns.length;
        }

        @Override
        public void fill(double[] now, long timeMs, DeviceState past, double[] row) {
            for (int i = 0; i < row.length; i++) {
                row[i] = columns[i].value(now, timeMs, past);
            }
        }
    }

    /** The last events, {@code [events, fields]}, oldest first, the one of now included. */
    @SuppressWarnings("ArrayRecordComponent") // made once at start-up, and never compared
    record Window(int[] fields, int[] kept, int events, boolean whole) implements RowFiller {
        /**
         * @param fields which of the event's values
         * @param kept which of the state's fields they are
         * @param allKept how many fields the state has
         */
        Window(int[] fields, int[] kept, int allKept, int events) {
            this(
                    fields,
                    kept,
                    events,
                    kept.length == allKept && IntStream.range(0, allKept).allMatch(i -> kept[i] == i));
        }

        @Override
        public int width() {
            return events * fields.length;
        }

        @Override
        public void fill(double[] now, long timeMs, DeviceState past, double[] row) {
            int at = 0;
            if (whole) {
                past.copyLast(events - 1, row);
                at = (events - 1) * fields.length;
            } else {
                for (int ago = events - 1; ago > 0; ago--) {
                    for (int field : kept) {
                        row[at++] = past.back(field, ago);
                    }
                }
            }
            for (int field : fields) {
                row[at++] = now[field];
            }
        }
    }
}
