package io.millrace.scorers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What became of the device that was asked for.
 *
 * @param asked as configured
 * @param provider what runs the model now; see {@link Scorer#provider}
 * @param fallback why the CPU runs it instead, where it does
 * @param placement what each provider executed; empty for the CPU alone and for a server
 * @param deviation the largest difference from the CPU's results on the golden rows, relative to the result where
 *     that is above 1; empty where nothing was compared
 */
public record DeviceReport(
        Device asked,
        String provider,
        Optional<String> fallback,
        Optional<Placement> placement,
        OptionalDouble deviation) {

    static DeviceReport cpu() {
        return new DeviceReport(Device.CPU, "CPU", Optional.empty(), Optional.empty(), OptionalDouble.empty());
    }

    /** For a person, one line for each fact. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        fallback.ifPresentOrElse(
                why -> lines.add("the CPU INSTEAD OF " + asked + ": " + why),
                () -> lines.add(asked.equals(Device.CPU) ? provider : provider + " (" + asked + ")"));
        placement.ifPresent(placed -> lines.add("executed by " + placed));
        deviation.ifPresent(largest -> lines.add(
                String.format(Locale.ROOT, "golden rows differ from the CPU's results by %.1e at most", largest)));
        return List.copyOf(lines);
    }
}
