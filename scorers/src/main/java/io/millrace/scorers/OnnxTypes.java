package io.millrace.scorers;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Our element types and ONNX Runtime's, and the words for both. */
final class OnnxTypes {
    private OnnxTypes() {}

    static OnnxJavaType of(ElementType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case STRING -> OnnxJavaType.STRING;
        };
    }

    /** Our type of a tensor, or empty where batches cannot carry it. The Java type hides the sign of some. */
    static Optional<ElementType> elementType(TensorInfo info) {
        return Optional.ofNullable(
                switch (info.onnxType) {
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> ElementType.FLOAT;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> ElementType.DOUBLE;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> ElementType.INT8;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> ElementType.UINT8;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> ElementType.INT16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> ElementType.INT32;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> ElementType.INT64;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> ElementType.BOOL;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> ElementType.FLOAT16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> ElementType.BFLOAT16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> ElementType.STRING;
                    default -> null;
                });
    }

    /** Our type of a number in onnx.proto's TensorProto.DataType. */
    static Optional<ElementType> ofNumber(int dataType) {
        return Arrays.stream(ElementType.values())
                .filter(type -> name(type).equals(ModelInfoReader.typeName(dataType)))
                .findFirst();
    }

    /** {@code float}, {@code string}, {@code float16}, … */
    static String name(TensorInfo info) {
        return info.onnxType
                .name()
                .replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", "")
                .toLowerCase(Locale.ROOT);
    }

    /** {@code float}, {@code string}, {@code float16}, … */
    static String name(ElementType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    static String supported() {
        return Arrays.stream(ElementType.values()).map(OnnxTypes::name).collect(Collectors.joining(", "));
    }

    /** {@code sequence of maps}, {@code map}, … */
    static String describe(ValueInfo info) {
        if (info instanceof SequenceInfo sequence) {
            return sequence.isSequenceOfMaps() ? "sequence of maps" : "sequence";
        }
        return info instanceof MapInfo ? "map" : info.getClass().getSimpleName();
    }
}
