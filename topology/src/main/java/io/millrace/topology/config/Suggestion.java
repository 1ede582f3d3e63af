package io.millrace.topology.config;

import java.util.Collection;
import java.util.Comparator;

/** What somebody may have meant by a name that is not known. */
public final class Suggestion {
    private static final int MAX_LENGTH = 200;

    private Suggestion() {}

    /** {@code "; did you mean rows?"}, or nothing where no known name is near. */
    public static String of(String name, Collection<String> known) {
        // Half of a short name may be wrong by chance, so it takes fewer slips.
        int slips = name.length() < 4 ? 1 : 2;
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= slips)
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    /** Levenshtein: how many letters must be put in, taken out or exchanged. */
    private static int distance(String a, String b) {
        if (a.length() > MAX_LENGTH || b.length() > MAX_LENGTH) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int exchanged = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
