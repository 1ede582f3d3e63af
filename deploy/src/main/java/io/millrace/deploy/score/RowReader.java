package io.millrace.deploy.score;

import io.millrace.topology.ingest.RawEvent;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a file as records: the file's name is the topic, the row's number (from 1, header not counted) the
 * offset and the key. Not thread-safe.
 */
public interface RowReader extends Closeable {
    /** The columns of the header, or the members of the first object. */
    List<String> columns();

    /** The next row; {@code null} at the end. */
    @Nullable
    RawEvent next() throws IOException;

    /** Bytes of the file read so far, roughly. */
    long position();

    /**
     * Opens a file as its name says.
     *
     * @throws InputException if it cannot be read, if the format is not known, or the file has no rows to tell the columns from
     */
    static RowReader open(Path file) throws IOException, InputException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new InputException("input must be a file that can be read, got: " + file);
        }
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return CsvRows.open(file);
        }
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return JsonRows.open(file);
        }
        throw new InputException("input must be a .csv or .jsonl file, got: " + file);
    }
}
