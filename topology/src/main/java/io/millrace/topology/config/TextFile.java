package io.millrace.topology.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads small UTF-8 files whole. */
final class TextFile {
    static final int MAX_BYTES = 1 << 20;

    private TextFile() {}

    /** @throws Violation saying why the file cannot be read */
    static String read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new Violation("cannot be read: larger than " + MAX_BYTES + " bytes");
            }
            // A decoder of its own, because new String() would hide bytes that are not UTF-8.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new Violation("cannot be read: no such file");
        } catch (AccessDeniedException e) {
            throw new Violation("cannot be read: permission denied");
        } catch (CharacterCodingException e) {
            throw new Violation("cannot be read: not UTF-8 text");
        } catch (IOException e) {
            throw new Violation("cannot be read: " + e.getMessage());
        }
    }
}
