package io.millrace.connectors.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble.VerificationFlag;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The broker's directory, locked from {@link #open} to {@link #close}. The lock is taken before anything is read or
 * formatted, and a directory is formatted only while it is empty: nothing that someone stored is ever overwritten.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "millrace.lock";
    private static final String CLEAN_SHUTDOWN = ".kafka_cleanshutdown";
    /** What an interrupted first start leaves behind, and a new one may build on. */
    private static final Set<String> BEFORE_FORMATTING = Set.of(LOCK, "bootstrap.checkpoint", "lost+found");

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static DataDirectory open(Path path) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new BrokerException(
                    "broker directory must be a directory, got a file: " + path + "; name another directory");
        }
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new BrokerException("broker directory must be used by one broker at a time, in use by another: "
                        + path + "; stop the other broker or name another directory");
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new BrokerException(
                    "broker directory must be writable, got: " + path + " (" + reason(e)
                            + "); change its permissions or name another directory",
                    e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // another broker of this process
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    /** Formats the directory if it is empty, and reads what identifies it. */
    MetaPropertiesEnsemble formatted() {
        try {
            MetaPropertiesEnsemble found = load();
            if (found.emptyLogDirs().contains(path.toString())) {
                requireNothingStored();
                format();
                found = load();
            }
            found.verify(
                    Optional.empty(),
                    OptionalInt.of(BrokerProperties.NODE_ID),
                    EnumSet.of(VerificationFlag.REQUIRE_AT_LEAST_ONE_VALID, VerificationFlag.REQUIRE_METADATA_LOG_DIR));
            return found;
        } catch (BrokerException e) {
            throw e;
        } catch (Exception e) {
            throw unreadable(path, e);
        }
    }

    static BrokerException unreadable(Path path, Throwable cause) {
        return new BrokerException(
                "broker directory must hold the data of a Millrace broker of this or an earlier version, got: " + path
                        + " (" + cause.getMessage() + "); name another directory, or move this one away to start empty",
                cause);
    }

    private MetaPropertiesEnsemble load() throws IOException {
        return new MetaPropertiesEnsemble.Loader()
                .addMetadataLogDir(path.toString())
                .addLogDirs(List.of(path.toString()))
                .load();
    }

    private void requireNothingStored() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            Optional<String> other = entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !BEFORE_FORMATTING.contains(name))
                    .findFirst();
            if (other.isPresent()) {
                throw new BrokerException("broker directory must be empty on first use, got: " + path + " with "
                        + other.get() + " in it and no meta.properties; name an empty or a new directory");
            }
        }
    }

    private void format() throws Exception {
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER)
                    .setMetadataLogDirectory(path.toString())
                    .addDirectory(path.toString())
                    .run();
        }
    }

    BootstrapMetadata bootstrapMetadata() {
        try {
            return new BootstrapDirectory(path.toString()).read();
        } catch (Exception e) {
            throw unreadable(path, e);
        }
    }

    /** Makes the next start check every log, as after a crash. */
    void forgetCleanShutdown() {
        try {
            Files.deleteIfExists(path.resolve(CLEAN_SHUTDOWN));
        } catch (IOException e) {
            throw new BrokerException("cannot delete " + path.resolve(CLEAN_SHUTDOWN) + ": " + reason(e), e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new BrokerException("cannot release the lock of " + path + ": " + reason(e), e);
        }
    }
}
