package io.millrace.scorers;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Reads a model's head from its protobuf; weights are skipped, and of the nodes no more is read than text inputs need. ONNX Runtime's Java layer
 * tells neither operator sets nor the format's version, and nothing at all about a model that it refuses.
 *
 * <p>Field numbers are those of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 * Bytes that are no model end in an exception: lengths are checked by {@link CodedInputStream}, nesting by
 * {@link #MAX_DEPTH}, and every list is bounded by the bytes it is read from.
 */
final class ModelInfoReader {
    private static final int MAX_DEPTH = 16;

    /** TensorProto.DataType, by number. */
    private static final List<String> TYPES = List.of(
            "undefined",
            "float",
            "uint8",
            "int8",
            "uint16",
            "int16",
            "int32",
            "int64",
            "string",
            "bool",
            "float16",
            "double",
            "uint32",
            "uint64",
            "complex64",
            "complex128",
            "bfloat16",
            "float8e4m3fn",
            "float8e4m3fnuz",
            "float8e5m2",
            "float8e5m2fnuz",
            "uint4",
            "int4",
            "float4e2m1");

    private final List<ModelInfo.Value> inputs = new ArrayList<>();
    private final List<ModelInfo.Value> outputs = new ArrayList<>();
    private final TextInputs texts = new TextInputs();
    private final Set<String> weights = new HashSet<>();
    private final Map<String, Long> opsets = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private String producerName = "";
    private String producerVersion = "";
    private String graphName = "";
    private long irVersion;
    private long modelVersion;
    private boolean hasGraph;

    private ModelInfoReader() {}

    static ModelInfo read(ModelFile file) throws ModelException {
        ModelInfoReader reader = new ModelInfoReader();
        try {
            reader.model(CodedInputStream.newInstance(file.bytes()));
        } catch (IOException e) {
            throw new ModelException(
                    "model " + file.name() + " is not an ONNX file, or is damaged: " + OneLine.of(e), e);
        }
        if (!reader.hasGraph) {
            throw new ModelException("model " + file.name() + " is not an ONNX file: it has no graph");
        }
        reader.inputs.removeIf(input -> reader.weights.contains(input.name()));
        return new ModelInfo(
                reader.inputs,
                reader.outputs,
                reader.irVersion,
                reader.opsets,
                (reader.producerName + " " + reader.producerVersion).strip(),
                reader.graphName,
                reader.modelVersion,
                reader.metadata,
                reader.texts.known(reader.inputs),
                file.size(),
                file.sha256());
    }

    /** Takes the field that the tag announces, or leaves it alone and answers false. */
    private interface Field {
        boolean read(int tag, CodedInputStream in) throws IOException;
    }

    /** Reads fields to the end of the message; those that {@code field} leaves alone are skipped. */
    private static void fields(CodedInputStream in, Field field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!field.read(tag, in) && !in.skipField(tag)) {
                throw new InvalidProtocolBufferException("a group ends that was not begun");
            }
        }
    }

    private static void message(CodedInputStream in, Field field) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        fields(in, field);
        in.checkLastTagWas(0);
        in.popLimit(outer);
    }

    private static int bytes(int number) {
        return number << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int varint(int number) {
        return number << 3 | WireFormat.WIRETYPE_VARINT;
    }

    /** ModelProto. */
    private void model(CodedInputStream stream) throws IOException {
        fields(stream, (tag, in) -> {
            if (tag == varint(1)) {
                irVersion = in.readInt64();
            } else if (tag == bytes(2)) {
                producerName = in.readString();
            } else if (tag == bytes(3)) {
                producerVersion = in.readString();
            } else if (tag == varint(5)) {
                modelVersion = in.readInt64();
            } else if (tag == bytes(7)) {
                graph(in);
            } else if (tag == bytes(8)) {
                opset(in);
            } else if (tag == bytes(14)) {
                metadataEntry(in);
            } else {
                return false;
            }
            return true;
        });
    }

    /** GraphProto. */
    private void graph(CodedInputStream stream) throws IOException {
        hasGraph = true;
        message(stream, (tag, in) -> {
            if (tag == bytes(1)) {
                texts.add(node(in));
            } else if (tag == bytes(2)) {
                graphName = in.readString();
            } else if (tag == bytes(5)) {
                weights.add(tensorName(in));
            } else if (tag == bytes(11)) {
                inputs.add(value(in));
            } else if (tag == bytes(12)) {
                outputs.add(value(in));
            } else {
                return false;
            }
            return true;
        });
    }

    /** NodeProto: inputs 1, outputs 2, attributes 5. */
    private static TextInputs.Node node(CodedInputStream stream) throws IOException {
        TextInputs.Node node = new TextInputs.Node(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        message(stream, (tag, in) -> {
            if (tag == bytes(1)) {
                node.inputs().add(in.readString());
            } else if (tag == bytes(2)) {
                node.outputs().add(in.readString());
            } else if (tag == bytes(5)) {
                categories(in, node.categories());
            } else {
                return false;
            }
            return true;
        });
        return node;
    }

    /** AttributeProto: name 1, strings 9, in either order. */
    private static void categories(CodedInputStream stream, List<String> target) throws IOException {
        String[] name = {""};
        List<String> strings = new ArrayList<>();
        message(stream, (tag, in) -> {
            if (tag == bytes(1)) {
                name[0] = in.readString();
            } else if (tag == bytes(9)) {
                strings.add(in.readString());
            } else {
                return false;
            }
            return true;
        });
        if (TextInputs.isCategories(name[0])) {
            target.addAll(strings);
        }
    }

    /** TensorProto: its name, past its weights. */
    private static String tensorName(CodedInputStream stream) throws IOException {
        String[] name = {""};
        message(stream, (tag, in) -> {
            if (tag != bytes(8)) {
                return false;
            }
            name[0] = in.readString();
            return true;
        });
        return name[0];
    }

    /** OperatorSetIdProto. */
    private void opset(CodedInputStream stream) throws IOException {
        String[] domain = {""};
        long[] version = {0};
        message(stream, (tag, in) -> {
            if (tag == bytes(1)) {
                domain[0] = in.readString();
            } else if (tag == varint(2)) {
                version[0] = in.readInt64();
            } else {
                return false;
            }
            return true;
        });
        opsets.put(domain[0].isEmpty() ? "ai.onnx" : domain[0], version[0]);
    }

    /** StringStringEntryProto. */
    private void metadataEntry(CodedInputStream stream) throws IOException {
        String[] entry = {"", ""};
        message(stream, (tag, in) -> {
            if (tag != bytes(1) && tag != bytes(2)) {
                return false;
            }
            entry[tag == bytes(1) ? 0 : 1] = in.readString();
            return true;
        });
        metadata.put(entry[0], entry[1]);
    }

    /** ValueInfoProto. */
    private static ModelInfo.Value value(CodedInputStream stream) throws IOException {
        String[] value = {"", "unknown"};
        message(stream, (tag, in) -> {
            if (tag == bytes(1)) {
                value[0] = in.readString();
            } else if (tag == bytes(2)) {
                value[1] = type(in, 0);
            } else {
                return false;
            }
            return true;
        });
        return new ModelInfo.Value(value[0], value[1]);
    }

    /** TypeProto: one of tensor 1, sequence 4, map 5, sparse tensor 8, optional 9. */
    private static String type(CodedInputStream stream, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new InvalidProtocolBufferException("types are nested more than " + MAX_DEPTH + " deep");
        }
        String[] type = {"unknown"};
        message(stream, (tag, in) -> {
            if (tag == bytes(1)) {
                type[0] = tensorType(in);
            } else if (tag == bytes(4)) {
                type[0] = "sequence(" + elementType(in, 1, depth) + ")";
            } else if (tag == bytes(5)) {
                type[0] = "map(" + elementType(in, 2, depth) + ")";
            } else if (tag == bytes(8)) {
                type[0] = "sparse " + tensorType(in);
            } else if (tag == bytes(9)) {
                type[0] = "optional(" + elementType(in, 1, depth) + ")";
            } else {
                return false;
            }
            return true;
        });
        return type[0];
    }

    /** TypeProto.Sequence, .Optional: the element's type; .Map: also the key's in field 1. */
    private static String elementType(CodedInputStream stream, int number, int depth) throws IOException {
        String[] parts = {"", "unknown"};
        message(stream, (tag, in) -> {
            if (tag == bytes(number)) {
                parts[1] = type(in, depth + 1);
            } else if (tag == varint(1)) {
                parts[0] = typeName(in.readInt32()) + ", ";
            } else {
                return false;
            }
            return true;
        });
        return parts[0] + parts[1];
    }

    /** TypeProto.Tensor: element type 1, shape 2. A scalar that knows that it is one has an empty shape. */
    private static String tensorType(CodedInputStream stream) throws IOException {
        String[] parts = {"unknown", "[…]"};
        message(stream, (tag, in) -> {
            if (tag == varint(1)) {
                parts[0] = typeName(in.readInt32());
            } else if (tag == bytes(2)) {
                parts[1] = shape(in);
            } else {
                return false;
            }
            return true;
        });
        return parts[0] + parts[1];
    }

    /** TensorShapeProto. */
    private static String shape(CodedInputStream stream) throws IOException {
        StringJoiner shape = new StringJoiner(", ", "[", "]");
        message(stream, (tag, in) -> {
            if (tag != bytes(1)) {
                return false;
            }
            shape.add(dimension(in));
            return true;
        });
        return shape.toString();
    }

    /** TensorShapeProto.Dimension: a value, a name, or neither. */
    private static String dimension(CodedInputStream stream) throws IOException {
        String[] dimension = {"?"};
        message(stream, (tag, in) -> {
            if (tag == varint(1)) {
                long value = in.readInt64();
                dimension[0] = value < 0 ? "?" : Long.toString(value);
            } else if (tag == bytes(2)) {
                String name = in.readString();
                dimension[0] = name.isEmpty() ? "?" : name;
            } else {
                return false;
            }
            return true;
        });
        return dimension[0];
    }

    static String typeName(int number) {
        return number >= 0 && number < TYPES.size() ? TYPES.get(number) : "type " + number;
    }
}
