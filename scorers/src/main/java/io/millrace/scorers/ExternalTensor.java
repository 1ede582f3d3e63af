package io.millrace.scorers;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model says of weights that lie in another file. Found by walking the file's protobuf: graphs, nodes, their
 * attributes and the graphs in those; numbers of the fields as in onnx.proto.
 *
 * @param location the file's name as the model writes it
 * @param length in bytes; 0: to the end of the file
 * @param inGraph whether they are weights of the model's own graph
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and never compared
record ExternalTensor(
        String name, int dataType, long[] shape, String location, long offset, long length, boolean inGraph) {
    private static final int MAX_DEPTH = 64;
    private static final int EXTERNAL = 1;

    /** All of a model; none where the bytes are no model, which others say better. */
    static List<ExternalTensor> of(byte[] model) {
        List<ExternalTensor> found = new ArrayList<>();
        try {
            walk(CodedInputStream.newInstance(model), Kind.MODEL, 0, found);
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    /** A message, and which of its fields hold others. */
    private enum Kind {
        MODEL,
        GRAPH,
        NODE,
        ATTRIBUTE,
        FUNCTION,
        SPARSE;

        private Object inside(int field) {
            return switch (this) {
                case MODEL -> field == 7 ? GRAPH : field == 25 ? FUNCTION : "";
                case GRAPH -> field == 1 ? NODE : field == 5 ? "tensor" : field == 15 ? SPARSE : "";
                case NODE -> field == 5 ? ATTRIBUTE : "";
                case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : "";
                case SPARSE -> field == 1 || field == 2 ? "tensor" : "";
                case ATTRIBUTE ->
                    switch (field) {
                        case 5, 10 -> "tensor";
                        case 6, 11 -> GRAPH;
                        case 22, 23 -> SPARSE;
                        default -> "";
                    };
            };
        }
    }

    private static void walk(CodedInputStream in, Kind kind, int depth, List<ExternalTensor> found) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("graphs are nested more than " + MAX_DEPTH + " deep");
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            boolean message = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            Object inside = message ? kind.inside(WireFormat.getTagFieldNumber(tag)) : "";
            if (inside.equals("")) {
                in.skipField(tag);
                continue;
            }
            int outer = in.pushLimit(in.readRawVarint32());
            if (inside instanceof Kind inner) {
                walk(in, inner, depth + 1, found);
            } else {
                tensor(in, kind == Kind.GRAPH && depth == 1, found);
            }
            in.popLimit(outer);
        }
    }

    /** TensorProto: dims 1, type 2, name 8, external data 13, location of the data 14. */
    private static void tensor(CodedInputStream in, boolean inGraph, List<ExternalTensor> found) throws IOException {
        List<Long> shape = new ArrayList<>();
        int type = 0;
        int place = 0;
        String name = "";
        String[] data = {"", "0", "0"};
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 -> shape.add(in.readInt64());
                case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int outer = in.pushLimit(in.readRawVarint32());
                    while (!in.isAtEnd()) {
                        shape.add(in.readInt64());
                    }
                    in.popLimit(outer);
                }
                case 2 << 3 -> type = in.readInt32();
                case 8 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> name = in.readString();
                case 13 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> entry(in, data);
                case 14 << 3 -> place = in.readInt32();
                default -> in.skipField(tag);
            }
        }
        if (place == EXTERNAL) {
            long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
            found.add(new ExternalTensor(name, type, dimensions, data[0], number(data[1]), number(data[2]), inGraph));
        }
    }

    private static void entry(CodedInputStream in, String[] data) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        String key = "";
        String value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == (1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                key = in.readString();
            } else if (tag == (2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                value = in.readString();
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(outer);
        int index = List.of("location", "offset", "length").indexOf(key);
        if (index >= 0) {
            data[index] = value;
        }
    }

    private static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }
}
