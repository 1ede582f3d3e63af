package io.millrace.connectors.eventhubs;

import java.util.Objects;

/** What connectors tell Kafka Connect of their version. */
final class Version {
    /** From the jar's manifest; {@code development} where there is no jar. */
    static final String OF_THIS =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");

    private Version() {}
}
