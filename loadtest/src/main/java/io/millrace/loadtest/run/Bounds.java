package io.millrace.loadtest.run;

import picocli.CommandLine.Option;

/** The flags between which a rate is searched for. */
final class Bounds {

    @Option(
            names = "--from",
            defaultValue = "1000",
            description = "Records/s that are surely sustained (default: ${DEFAULT-VALUE}).")
    private double from;

    @Option(
            names = "--to",
            defaultValue = "200000",
            description = "Records/s that surely are not (default: ${DEFAULT-VALUE}).")
    private double to;

    double from() {
        return from;
    }

    double to() {
        return to;
    }

    Bisection until(double precision) {
        return new Bisection(from, to, precision);
    }
}
