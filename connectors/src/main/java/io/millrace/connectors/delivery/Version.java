package io.millrace.connectors.delivery;

import java.util.Objects;

/** What connectors tell Kafka Connect of their version. */
public final class Version {
    /** From the jar's manifest; {@code development} where there is no jar. */
    public static final String OF_THIS =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");

    private Version() {}
}
