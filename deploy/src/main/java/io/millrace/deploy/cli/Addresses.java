package io.millrace.deploy.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code PORT}, on this machine only, or {@code HOST:PORT}; port 0 takes a free one. */
final class Addresses implements ITypeConverter<InetSocketAddress> {
    private static final Pattern SYNTAX = Pattern.compile("(?:(.+):)?(\\d{1,5})");
    private static final int LAST_PORT = 65_535;

    @Override
    public InetSocketAddress convert(String text) {
        Matcher parts = SYNTAX.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > LAST_PORT) {
            throw new TypeConversionException("must be PORT or HOST:PORT, the port at most 65535, got: " + text);
        }
        String host = parts.group(1) == null ? "127.0.0.1" : parts.group(1);
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(parts.group(2)));
        if (address.isUnresolved()) {
            throw new TypeConversionException("must name a host that can be found, got: " + host);
        }
        return address;
    }
}
