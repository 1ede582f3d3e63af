package io.millrace.topology.features;

import io.millrace.topology.config.Feature.Statistic;

/** One number of a model's row. */
@FunctionalInterface
interface Column {
    /**
     * @param now the event's values
     * @param timeMs the event's time
     * @param past the device's state before the event; it has seen as many events as the column looks back on
     */
    double value(double[] now, long timeMs, DeviceState past);

    /** The field's value now. */
    static Column now(int field) {
        return (now, timeMs, past) -> now[field];
    }

    /** The same in every row. */
    static Column constant(double value) {
        return (now, timeMs, past) -> value;
    }

    /** The field's value some events ago. */
    static Column lag(int kept, int events) {
        return (now, timeMs, past) -> past.back(kept, events);
    }

    /** The field's value now, less its value some events ago. */
    static Column delta(int field, int kept, int events) {
        return (now, timeMs, past) -> now[field] - past.back(kept, events);
    }

    /** Seconds since the device's last event. */
    static Column sinceLast() {
        return (now, timeMs, past) -> (timeMs - past.lastTimeMs()) / 1000.0;
    }

    /** A statistic over the field's last values, the one of now included. */
    static Column rolling(int field, int kept, Statistic statistic, int over) {
        return switch (statistic) {
            case MEAN -> (now, timeMs, past) -> mean(now[field], past, kept, over);
            case STD -> (now, timeMs, past) -> deviation(now[field], past, kept, over);
            case MIN ->
                (now, timeMs, past) -> {
                    double least = now[field];
                    for (int ago = 1; ago < over; ago++) {
                        least = Math.min(least, past.back(kept, ago));
                    }
                    return least;
                };
            case MAX ->
                (now, timeMs, past) -> {
                    double most = now[field];
                    for (int ago = 1; ago < over; ago++) {
                        most = Math.max(most, past.back(kept, ago));
                    }
                    return most;
                };
            case SLOPE -> (now, timeMs, past) -> slope(now[field], past, kept, over);
            case RMS ->
                (now, timeMs, past) -> {
                    double squares = now[field] * now[field];
                    for (int ago = 1; ago < over; ago++) {
                        double value = past.back(kept, ago);
                        squares += value * value;
                    }
                    return Math.sqrt(squares / over);
                };
        };
    }

    private static double mean(double now, DeviceState past, int kept, int over) {
        double sum = now;
        for (int ago = 1; ago < over; ago++) {
            sum += past.back(kept, ago);
        }
        return sum / over;
    }

    /** Population standard deviation, √(Σ(x − mean)² / n), in two passes: one loses all digits of a large mean. */
    private static double deviation(double now, DeviceState past, int kept, int over) {
        double mean = mean(now, past, kept, over);
        double squares = (now - mean) * (now - mean);
        for (int ago = 1; ago < over; ago++) {
            double distance = past.back(kept, ago) - mean;
            squares += distance * distance;
        }
        return Math.sqrt(squares / over);
    }

    /** Least-squares slope per event: Σ(i − ī)·x / Σ(i − ī)², where Σ(i − ī)² = n(n² − 1)/12. Of one value: 0. */
    private static double slope(double now, DeviceState past, int kept, int over) {
        if (over == 1) {
            return 0;
        }
        double middle = (over - 1) / 2.0;
        double products = middle * now;
        for (int ago = 1; ago < over; ago++) {
            products += (middle - ago) * past.back(kept, ago);
        }
        return products / (over * ((double) over * over - 1) / 12);
    }
}
