package io.millrace.deploy.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Records to JSON. What is not a finite number becomes null: JSON has no other word for it. */
final class PageJson {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new SimpleModule()
                    .addSerializer(float[].class, new Floats())
                    .addSerializer(float.class, new Scalar())
                    .addSerializer(double.class, new Scalar())
                    .addSerializer(Float.class, new Scalar())
                    .addSerializer(Double.class, new Scalar()));

    private PageJson() {}

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Floats extends JsonSerializer<float[]> {
        @Override
        public void serialize(float[] values, JsonGenerator out, SerializerProvider unused) throws IOException {
            out.writeStartArray();
            for (float value : values) {
                if (Float.isFinite(value)) {
                    out.writeNumber(value);
                } else {
                    out.writeNull();
                }
            }
            out.writeEndArray();
        }
    }

    private static final class Scalar extends JsonSerializer<Number> {
        @Override
        public void serialize(Number value, JsonGenerator out, SerializerProvider unused) throws IOException {
            if (Double.isFinite(value.doubleValue())) {
                out.writeNumber(value.toString());
            } else {
                out.writeNull();
            }
        }
    }
}
