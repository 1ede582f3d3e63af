package io.millrace.scorers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Weights that lie beside the model's file, in files that it names. A model may come from anywhere, so its word is not
 * taken: these files must be regular ones in the model's own folder or below, whatever links say; each is read once,
 * and ONNX Runtime, which gets the bytes, opens no file at all.
 */
final class ExternalData {
    /** A model without any. */
    static final ExternalData NONE = new ExternalData(List.of());

    private final List<Weights> weights;

    private ExternalData(List<Weights> weights) {
        this.weights = weights;
    }

    /** One tensor of weights, in the byte order of the file: little-endian. */
    @SuppressWarnings("ArrayRecordComponent") // read only, and never compared
    private record Weights(String name, ElementType type, long[] shape, ByteBuffer bytes) {}

    /**
     * Reads what the model names.
     *
     * @param folder where the model lies; {@code null} where it came from elsewhere than a file
     * @param digest takes in every file, in the order of their names
     */
    static ExternalData read(
            String model, List<ExternalTensor> tensors, @Nullable Path folder, long maxBytes, MessageDigest digest)
            throws ModelException {
        if (tensors.isEmpty()) {
            return NONE;
        }
        if (folder == null) {
            throw new ModelException("model " + model + " has weights in files beside it, but came without its folder");
        }
        Map<String, ByteBuffer> files = new TreeMap<>();
        long left = maxBytes;
        for (ExternalTensor tensor : tensors) {
            if (!files.containsKey(tensor.location())) {
                ByteBuffer file = file(model, tensor, folder, left);
                left -= file.capacity();
                files.put(tensor.location(), file);
            }
        }
        files.values().forEach(file -> digest.update(file.duplicate()));
        List<Weights> weights = new ArrayList<>();
        for (ExternalTensor tensor : tensors) {
            weights.add(weights(model, tensor, Objects.requireNonNull(files.get(tensor.location()))));
        }
        return new ExternalData(List.copyOf(weights));
    }

    private static ByteBuffer file(String model, ExternalTensor tensor, Path folder, long maxBytes)
            throws ModelException {
        String subject = "model " + model + ": the weights '" + tensor.name() + "' ";
        try {
            Path root = folder.toRealPath();
            Path named = Path.of(tensor.location());
            Path file = root.resolve(named).normalize();
            if (named.isAbsolute()
                    || !file.startsWith(root)
                    || !file.toRealPath().startsWith(root)) {
                throw new ModelException(
                        subject + "must lie in the model's folder, got: " + OneLine.of(tensor.location()));
            }
            if (!Files.isRegularFile(file)) {
                throw new ModelException(subject + "must lie in a regular file, got: " + OneLine.of(tensor.location()));
            }
            try (FileChannel channel = FileChannel.open(file)) {
                if (channel.size() > maxBytes) {
                    throw new ModelException(
                            subject + "must have at most " + maxBytes + " bytes in their file, got: " + channel.size());
                }
                ByteBuffer bytes = ByteBuffer.allocateDirect((int) channel.size());
                while (bytes.hasRemaining()) {
                    if (channel.read(bytes) < 0) {
                        throw new EOFException("the file ends early");
                    }
                }
                return bytes.flip();
            }
        } catch (IOException | InvalidPathException e) {
            throw new ModelException(
                    subject + "cannot be read from " + OneLine.of(tensor.location()) + ": " + OneLine.of(e), e);
        } catch (OutOfMemoryError e) {
            throw new ModelException(subject + "do not fit into memory (see -XX:MaxDirectMemorySize)", e);
        }
    }

    private static Weights weights(String model, ExternalTensor tensor, ByteBuffer file) throws ModelException {
        String subject = "model " + model + ": the weights '" + tensor.name() + "' ";
        Optional<ElementType> type = OnnxTypes.ofNumber(tensor.dataType()).filter(t -> !t.isText());
        if (type.isEmpty()) {
            throw new ModelException(subject + "must have one of the element types " + OnnxTypes.supported());
        }
        long wanted = type.get().bytes();
        try {
            for (long dimension : tensor.shape()) {
                wanted = Math.multiplyExact(wanted, dimension);
            }
        } catch (ArithmeticException e) {
            wanted = -1;
        }
        long length = tensor.length() == 0 ? file.capacity() - tensor.offset() : tensor.length();
        if (wanted < 0 || length != wanted || tensor.offset() < 0 || tensor.offset() > file.capacity() - length) {
            throw new ModelException(subject + "must be whole, got: " + length + " bytes from " + tensor.offset()
                    + " of " + file.capacity() + " for " + wanted);
        }
        ByteBuffer bytes = file.slice((int) tensor.offset(), (int) length).order(ByteOrder.nativeOrder());
        return new Weights(tensor.name(), type.get(), tensor.shape(), bytes);
    }

    /** Hands the weights to a session to be; they must stay open for as long as that is. */
    List<OnnxTensor> addTo(SessionOptions options, OrtEnvironment environment) throws OrtException {
        List<OnnxTensor> tensors = new ArrayList<>();
        Map<String, OnnxTensorLike> byName = new LinkedHashMap<>();
        for (Weights weight : weights) {
            OnnxTensor tensor =
                    OnnxTensor.createTensor(environment, weight.bytes, weight.shape, OnnxTypes.of(weight.type));
            tensors.add(tensor);
            byName.put(weight.name, tensor);
        }
        if (!byName.isEmpty()) {
            options.addExternalInitializers(byName);
        }
        return tensors;
    }
}
