package io.millrace.scorers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * ONNX Runtime's one environment in this process.
 *
 * <p>ONNX Runtime 1.29 has been seen to crash the process without a trace when it is first used on a thread
 * with a small stack (256 KiB to 1 MiB). So it is started, and models are loaded, on threads of our own with
 * a large stack, whatever thread asks.
 */
public final class OnnxRuntime {
    private static final long STACK_BYTES = 16L << 20;

    private OnnxRuntime() {}

    /**
     * Loads the native library and creates the environment, some 0.3 s the first time; later calls do nothing.
     * Whoever calls this at start-up learns there, and not in traffic, whether ONNX Runtime runs on this machine.
     *
     * @throws ModelException if the native library cannot be loaded
     */
    public static void initialise() throws ModelException {
        environment();
    }

    /** ONNX Runtime's version, as {@code 1.29.0}. */
    public static String version() throws ModelException {
        return environment().getVersion();
    }

    static OrtEnvironment environment() throws ModelException {
        try {
            return Holder.ENVIRONMENT;
        } catch (LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ModelException("ONNX Runtime cannot be started on this machine: " + OneLine.of(cause), e);
        }
    }

    /** Runs the task on a thread with a large stack and waits for it. */
    static <T> T onLargeStack(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(null, future, "onnxruntime-load", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                return future.get();
            } catch (InterruptedException e) {
                // Native code cannot be interrupted, and what it returns must not be lost.
                interrupted = true;
            } catch (ExecutionException e) {
                throw rethrown(e.getCause() == null ? e : e.getCause());
            } finally {
                if (interrupted && future.isDone()) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static Exception rethrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return (Exception) cause;
    }

    private static OrtEnvironment start() {
        requireOneRuntime();
        try {
            // Failures come back as exceptions; logged by the native library they would appear twice.
            return onLargeStack(
                    () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "millrace"));
        } catch (Exception e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * The CPU's jar and the GPU's have the same classes and libraries of the same names: with both on the class path,
     * chance decides which is loaded.
     */
    static void requireOneRuntime() {
        try {
            List<URL> found = Collections.list(
                    OnnxRuntime.class.getClassLoader().getResources("ai/onnxruntime/OrtEnvironment.class"));
            if (found.size() > 1) {
                throw new ExceptionInInitializerError(new IllegalStateException(
                        "onnxruntime and onnxruntime_gpu must not both be on the class path, got: " + found));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Holder {
        // Started by the outer class: a task of this one would wait on its thread until this class is initialised.
        static final OrtEnvironment ENVIRONMENT = start();
    }
}
