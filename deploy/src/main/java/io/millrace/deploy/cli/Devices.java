package io.millrace.deploy.cli;

import io.millrace.scorers.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Devices as {@code pipeline.yaml} has them. */
final class Devices implements ITypeConverter<Device> {
    @Override
    public Device convert(String text) {
        try {
            return Device.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage() + ", got: " + text);
        }
    }
}
