package io.millrace.scorers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model's bytes, read once, with their digest: what is checked, described and loaded is the same file, even
 * if the one on the disk is replaced meanwhile.
 */
public final class ModelFile {
    /** The most that a Java array holds, and what protobuf allows in one message: 2 GiB, less a few bytes. */
    public static final long DEFAULT_MAX_BYTES = Integer.MAX_VALUE - 8L;

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");

    private final String name;
    private final byte[] bytes;
    private final String sha256;
    private final ExternalData externalData;

    private ModelFile(String name, byte[] bytes, @Nullable Path folder, long maxBytes) throws ModelException {
        this.name = name;
        this.bytes = bytes;
        MessageDigest digest = digest();
        digest.update(bytes);
        this.externalData = ExternalData.read(name, external(), folder, maxBytes - bytes.length, digest);
        this.sha256 = HexFormat.of().formatHex(digest.digest());
    }

    private List<ExternalTensor> external() throws ModelException {
        List<ExternalTensor> tensors = ExternalTensor.of(bytes);
        for (ExternalTensor tensor : tensors) {
            if (!tensor.inGraph()) {
                throw new ModelException("model " + name + " must have only weights of its graph in other files, got: '"
                        + OneLine.of(tensor.name()) + "' in " + OneLine.of(tensor.location()));
            }
        }
        return tensors;
    }

    /** Reads a model of at most {@link #DEFAULT_MAX_BYTES}. */
    public static ModelFile read(Path path) throws ModelException {
        return read(path, DEFAULT_MAX_BYTES);
    }

    /**
     * Reads a model.
     *
     * @param maxBytes the size limit in bytes, with the weights that lie beside it, from 1 to {@link #DEFAULT_MAX_BYTES}
     * @throws ModelException if there is no such regular file, or it is empty, unreadable or too large
     */
    public static ModelFile read(Path path, long maxBytes) throws ModelException {
        if (maxBytes < 1 || maxBytes > DEFAULT_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "maxBytes must be between 1 and " + DEFAULT_MAX_BYTES + ", got: " + maxBytes);
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new ModelException("model " + path + " must be a regular file, got: "
                    + (Files.isDirectory(path) ? "a directory" : "a special file"));
        }
        // The limit holds while reading too: a file may grow after its size was asked for.
        try (InputStream in = Files.newInputStream(path)) {
            long size = Files.size(path);
            byte[] bytes = size > maxBytes ? new byte[0] : in.readNBytes((int) maxBytes);
            if (size > maxBytes || in.read() >= 0) {
                throw new ModelException("model " + path + " must have at most " + maxBytes + " bytes, got: "
                        + (size > maxBytes ? size : "more"));
            }
            requireBytes(path.toString(), bytes);
            return new ModelFile(path.toString(), bytes, path.toAbsolutePath().getParent(), maxBytes);
        } catch (NoSuchFileException e) {
            throw new ModelException("model " + path + " does not exist", e);
        } catch (IOException e) {
            throw new ModelException("model " + path + " cannot be read: " + OneLine.of(e), e);
        } catch (OutOfMemoryError e) {
            throw new ModelException("model " + path + " does not fit into the Java heap (see -Xmx)", e);
        }
    }

    /**
     * A model that came from elsewhere than a file.
     *
     * @param name what messages call it
     * @param bytes the model; not copied, must not change afterwards
     */
    public static ModelFile of(String name, byte[] bytes) throws ModelException {
        requireBytes(name, bytes);
        return new ModelFile(name, bytes, null, DEFAULT_MAX_BYTES);
    }

    private static void requireBytes(String name, byte[] bytes) throws ModelException {
        if (bytes.length == 0) {
            throw new ModelException("model " + name + " is empty");
        }
    }

    /**
     * Holds the model to a pin.
     *
     * @param pinned the expected SHA-256, 64 hexadecimal digits in either case
     * @return this
     * @throws ModelException if the file's digest is another, or the pin is no digest
     */
    public ModelFile requireSha256(String pinned) throws ModelException {
        if (!SHA_256.matcher(pinned).matches()) {
            throw new ModelException(
                    "the sha256 pin of model " + name + " must be 64 hexadecimal digits, got: " + pinned);
        }
        if (!pinned.toLowerCase(Locale.ROOT).equals(sha256)) {
            throw new ModelException("model " + name + " must have sha256 " + pinned.toLowerCase(Locale.ROOT)
                    + " as pinned, got: " + sha256);
        }
        return this;
    }

    /** The path it was read from, or what it was named. */
    public String name() {
        return name;
    }

    /** The last part of the name without {@code .onnx}. */
    public String baseName() {
        String file = name.substring(name.replace('\\', '/').lastIndexOf('/') + 1);
        return file.endsWith(".onnx") ? file.substring(0, file.length() - ".onnx".length()) : file;
    }

    /** Size in bytes. */
    public long size() {
        return bytes.length;
    }

    /**
     * SHA-256 of the bytes, 64 lower-case hexadecimal digits; where weights lie in other files, of the bytes of the
     * model and of these files, in the order of their names: {@code cat model.onnx model.data | sha256sum}.
     */
    public String sha256() {
        return sha256;
    }

    ExternalData externalData() {
        return externalData;
    }

    byte[] bytes() {
        return bytes;
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
