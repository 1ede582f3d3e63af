package io.millrace.deploy.score;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.millrace.topology.ingest.RawEvent;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a CSV file (RFC 4180, with a header line), each as the JSON object that a device would have sent: a cell
 * that reads as a number is one, an empty one is {@code null}, {@code true} and {@code false} are themselves, any
 * other is a string.
 */
final class CsvRows implements RowReader {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final JsonFactory JSON = new JsonFactory();

    private final String name;
    private final Counted in;
    private final CsvReader<CsvRecord> csv;
    private final Iterator<CsvRecord> rows;
    private final List<String> columns;
    private long number;

    private CsvRows(Path file, Counted in, CsvReader<CsvRecord> csv) throws InputException {
        this.name = file.getFileName().toString();
        this.in = in;
        this.csv = csv;
        this.rows = csv.iterator();
        if (!rows.hasNext()) {
            throw new InputException(file + " must begin with a header line, is empty");
        }
        this.columns = List.copyOf(rows.next().getFields());
    }

    static CsvRows open(Path file) throws IOException, InputException {
        Counted in = new Counted(Files.newInputStream(file));
        try {
            CsvReader<CsvRecord> csv = CsvReader.builder()
                    .detectBomHeader(true) // spreadsheets write one
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE) // its row is rejected, not the file
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .ofCsvRecord(in, UTF_8);
            return new CsvRows(file, in, csv);
        } catch (InputException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public @Nullable RawEvent next() throws IOException {
        if (!rows.hasNext()) {
            return null;
        }
        List<String> cells = rows.next().getFields();
        number++;
        byte[] key = Long.toString(number).getBytes(UTF_8);
        return new RawEvent(name, 0, number, 0, key, json(cells));
    }

    private byte[] json(List<String> cells) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            for (int i = 0; i < Math.min(cells.size(), columns.size()); i++) {
                json.writeFieldName(columns.get(i));
                writeCell(json, cells.get(i));
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void writeCell(JsonGenerator json, String cell) throws IOException {
        String text = cell.trim();
        if (text.isEmpty()) {
            json.writeNull();
        } else if (NUMBER.matcher(text).matches() || text.equals("true") || text.equals("false")) {
            json.writeRawValue(text);
        } else {
            json.writeString(cell);
        }
    }

    @Override
    public long position() {
        return in.count;
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
