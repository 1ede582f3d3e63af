package io.millrace.loadtest.generate;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How a record holds its numbers. */
public enum Layout {
    /** Each under a name of its own: {@code "f0":0.123,"f1":…}, as sensors are. */
    FIELDS,
    /** One array: {@code "values":[0.123,…]}, as windows and images are. */
    ARRAY;

    /** Where the n-th number stands, as a JSON pointer. */
    public String pointer(int n) {
        return this == FIELDS ? "/f" + n : "/values/" + n;
    }

    /** A record's numbers, all alike, as members of a JSON object. */
    public String members(int count, String value) {
        return this == FIELDS
                ? IntStream.range(0, count)
                        .mapToObj(n -> "\"f" + n + "\":" + value)
                        .collect(Collectors.joining(","))
                : "\"values\":["
                        + IntStream.range(0, count).mapToObj(n -> value).collect(Collectors.joining(",")) + "]";
    }
}
