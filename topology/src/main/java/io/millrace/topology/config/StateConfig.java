package io.millrace.topology.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the devices' pasts are kept; {@code state} in the file. Whichever it is, changelogs in Kafka have all of it.
 *
 * @param store what holds them between events
 * @param dir the folder for local state; empty: the caller's choice
 */
public record StateConfig(Store store, Optional<Path> dir) {

    /** What holds the devices' pasts between events. */
    public enum Store {
        /** The heap: quicker; read back from the changelog at every start. */
        MEMORY,
        /** RocksDB, with the devices seen last in memory. */
        DISK
    }
}
