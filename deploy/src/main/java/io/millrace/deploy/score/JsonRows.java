package io.millrace.deploy.score;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.topology.ingest.RawEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One JSON object a line; blank lines are passed over. */
final class JsonRows implements RowReader {
    private final String name;
    private final BufferedReader lines;
    private final List<String> columns;
    private @Nullable String ahead;
    private long number;
    private long position;

    private JsonRows(Path file, BufferedReader lines) throws IOException, InputException {
        this.name = file.getFileName().toString();
        this.lines = lines;
        this.ahead = line();
        this.columns = members(file, ahead);
    }

    static JsonRows open(Path file) throws IOException, InputException {
        // What is no UTF-8 must reach the decoder as what it is not, and be rejected there by its row.
        BufferedReader lines = new BufferedReader(new InputStreamReader(
                Files.newInputStream(file), UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE)));
        try {
            return new JsonRows(file, lines);
        } catch (IOException | InputException e) {
            lines.close();
            throw e;
        }
    }

    private static List<String> members(Path file, @Nullable String first) throws InputException {
        if (first == null) {
            throw new InputException(file + " must have a JSON object on each line, is empty");
        }
        List<String> members = new ArrayList<>();
        try {
            JsonNode node = new ObjectMapper().readTree(first);
            node.fieldNames().forEachRemaining(members::add);
        } catch (JsonProcessingException e) {
            throw new InputException(
                    file + " must have a JSON object on each line, got on its first: " + e.getOriginalMessage());
        }
        return List.copyOf(members);
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public @Nullable RawEvent next() throws IOException {
        String line = ahead;
        if (line == null) {
            return null;
        }
        ahead = line();
        number++;
        return new RawEvent(name, 0, number, 0, Long.toString(number).getBytes(UTF_8), line.getBytes(UTF_8));
    }

    private @Nullable String line() throws IOException {
        String line = lines.readLine();
        while (line != null && line.isBlank()) {
            line = lines.readLine();
        }
        position += line == null ? 0 : line.length() + 1;
        return line;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
