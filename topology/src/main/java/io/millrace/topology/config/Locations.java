package io.millrace.topology.config;

import java.util.Map;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Where each key of a file stands, so that a problem found after reading can still name its line.
 *
 * @param source the file, as the user named it
 * @param byPath the place of each key and list element, by its full path
 */
public record Locations(String source, Map<String, Location> byPath) {

    /** A place in the file; line and column count from 1. */
    public record Location(int line, int column) {
        static final Location START = new Location(1, 1);

        static Location of(Node node) {
            return node.getStartMark()
                    .map(mark -> new Location(mark.getLine() + 1, mark.getColumn() + 1))
                    .orElse(START);
        }
    }

    public Locations {
        byPath = Map.copyOf(byPath);
    }

    /** A problem with the key at that path, placed where the key stands, or else the nearest key around it. */
    public Problem problem(String path, String message) {
        Location at = nearest(path, byPath);
        return new Problem(source, at.line(), at.column(), path, message);
    }

    /** The place of that key or else of the nearest key around it. */
    static Location nearest(String path, Map<String, Location> byPath) {
        String nearest = path;
        while (!nearest.isEmpty() && !byPath.containsKey(nearest)) {
            int parent = Math.max(nearest.lastIndexOf('.'), nearest.lastIndexOf('['));
            nearest = nearest.substring(0, Math.max(parent, 0));
        }
        return byPath.getOrDefault(nearest, Location.START);
    }
}
