package io.millrace.topology.config;

import io.millrace.topology.config.Locations.Location;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Text to YAML nodes, within bounds. Errors name the place and never quote the text, which may hold secrets. */
final class YamlDocument {
    static final int MAX_DEPTH = 32;
    static final int MAX_ALIASES = 20;

    private YamlDocument() {}

    /** The root of the one document, or empty where there is none or the text has been reported as broken. */
    static Optional<Node> parse(String text, Reading reading) {
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(TextFile.MAX_BYTES)
                .build();
        try {
            if (isTooDeep(settings, text, reading)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                reading.report("", Location.START, "must be a mapping, got: nothing");
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            Location at = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(mark -> new Location(mark.getLine() + 1, mark.getColumn() + 1))
                    .orElse(Location.START);
            reading.report(
                    "", at, "is not valid YAML: " + withoutQuotes(e.getProblem()) + " (column " + at.column() + ")");
        } catch (ReaderException e) {
            int before = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
            int line = 1
                    + (int) text.substring(0, before)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            reading.report(
                    "",
                    new Location(line, 1),
                    String.format("is not valid YAML: it has the character U+%04X", e.getCodePoint()));
        } catch (YamlEngineException e) {
            // The two limits set above; neither comes with a place.
            reading.report(
                    "",
                    Location.START,
                    "is not accepted: more than " + MAX_ALIASES + " aliases of lists and mappings, or more than "
                            + TextFile.MAX_BYTES + " characters");
        }
        return Optional.empty();
    }

    /** The composer recurses once per level, so the depth is bounded before it runs. */
    private static boolean isTooDeep(LoadSettings settings, String text, Reading reading) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
                reading.report("", new Location(line, 1), "must be nested at most " + MAX_DEPTH + " deep");
                return true;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
        return false;
    }

    private static String withoutQuotes(String problem) {
        return problem.replaceFirst("(?s)(undefined alias|undefined tag handle).*", "$1")
                .replaceFirst("^but found another document", "it holds more than one document")
                .replaceFirst("(?s),? but (found|got):? (?!'?<).*", "");
    }
}
