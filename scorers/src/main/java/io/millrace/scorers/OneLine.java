package io.millrace.scorers;

import java.util.regex.Pattern;

/** Other libraries' failures as one line that fits into a message of ours. */
final class OneLine {
    private static final int MAX_CHARS = 400;

    /** What ONNX Runtime puts before the message itself: its number, and where in its own sources it was written. */
    private static final Pattern ORIGIN = Pattern.compile(
            "^Error code - \\w+ - message: (/onnxruntime_src/\\S+ .{0,300}?\\[ONNXRuntimeError] : \\d+ : \\w+ : )?");

    private OneLine() {}

    static String of(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return of(message);
    }

    static String of(String text) {
        String line = ORIGIN.matcher(text.strip().replaceAll("\\s+", " ")).replaceFirst("");
        return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "…";
    }
}
