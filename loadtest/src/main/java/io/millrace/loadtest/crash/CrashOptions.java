package io.millrace.loadtest.crash;

/**
 * What all rounds have in common.
 *
 * @param classPath of the pipeline and the broker
 * @param rate records a second
 * @param devices how many devices send them
 * @param protocol by which instances agree on who does what
 * @param store where the pipelines keep devices' pasts
 * @param seed of the events' order, the faults and their moments
 */
record CrashOptions(String classPath, int rate, int devices, GroupProtocol protocol, StateStore store, long seed) {

    /** As in Kafka Streams' {@code group.protocol}. */
    enum GroupProtocol {
        CLASSIC,
        STREAMS
    }

    /** As in pipeline.yaml. */
    enum StateStore {
        MEMORY,
        DISK
    }

    CrashOptions {
        require("rate", rate, 20_000);
        require("devices", devices, 10_000);
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be between 1 and " + most + ", got: " + value);
        }
    }

    CrashOptions withSeed(long other) {
        return new CrashOptions(classPath, rate, devices, protocol, store, other);
    }
}
