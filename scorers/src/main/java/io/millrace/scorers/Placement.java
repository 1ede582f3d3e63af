package io.millrace.scorers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which provider executed what, as ONNX Runtime's own profile of a session tells.
 *
 * @param shares one for each provider that executed a node, the busiest first
 */
public record Placement(List<Share> shares) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String KERNEL = "_kernel_time";
    private static final String SUFFIX = "ExecutionProvider";

    /**
     * A provider's part.
     *
     * @param provider its name without {@code ExecutionProvider}
     * @param nodes how many nodes of the optimised graph it executed; what it fused into one counts as one
     * @param time its share of the time spent in nodes, from 0 to 1
     */
    public record Share(String provider, int nodes, double time) {}

    public Placement {
        shares = List.copyOf(shares);
    }

    /** Whether the provider has executed anything at all. */
    public boolean includes(String provider) {
        return shares.stream().anyMatch(share -> share.provider().equals(provider));
    }

    /** {@code Toy 2 of 5 nodes and 61 % of the time, CPU 3 of 5 nodes and 39 % of the time}. */
    @Override
    public String toString() {
        int nodes = shares.stream().mapToInt(Share::nodes).sum();
        return shares.stream()
                .map(share -> String.format(
                        Locale.ROOT,
                        "%s %d of %d nodes and %.0f %% of the time",
                        share.provider(),
                        share.nodes(),
                        nodes,
                        share.time() * 100))
                .collect(Collectors.joining(", "));
    }

    /** A provider's name as people say it. */
    static String shortName(String provider) {
        return provider.endsWith(SUFFIX) ? provider.substring(0, provider.length() - SUFFIX.length()) : provider;
    }

    /** Reads a profile: a list of events, of which those of nodes name their provider. */
    static Placement read(Path profile) throws IOException {
        Map<String, Tally> tallies = new TreeMap<>();
        try (JsonParser json = JSON.createParser(profile.toFile())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                Event event = Event.read(json);
                if (event.provider != null && event.name.endsWith(KERNEL)) {
                    tallies.computeIfAbsent(shortName(event.provider), p -> new Tally())
                            .add(event);
                }
            }
        }
        double all =
                tallies.values().stream().mapToDouble(tally -> tally.micros).sum();
        return new Placement(tallies.entrySet().stream()
                .map(entry -> entry.getValue().share(entry.getKey(), Math.max(Double.MIN_NORMAL, all)))
                .sorted(Comparator.comparingDouble(Share::time).reversed())
                .toList());
    }

    private static final class Tally {
        private final Set<String> nodes = new HashSet<>();
        private double micros;

        void add(Event event) {
            nodes.add(event.name);
            micros += event.micros;
        }

        Share share(String provider, double all) {
            return new Share(provider, nodes.size(), micros / all);
        }
    }

    /** What counts of one event. */
    private static final class Event {
        private String name = "";
        private double micros;
        private @Nullable String provider;

        static Event read(JsonParser json) throws IOException {
            Event event = new Event();
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                switch (field) {
                    case "name" -> event.name = json.getText();
                    case "dur" -> event.micros = json.getDoubleValue();
                    case "args" -> event.readArguments(json);
                    default -> json.skipChildren();
                }
            }
            return event;
        }

        private void readArguments(JsonParser json) throws IOException {
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                if (field.equals("provider")) {
                    provider = json.getText();
                } else {
                    json.skipChildren();
                }
            }
        }
    }
}
