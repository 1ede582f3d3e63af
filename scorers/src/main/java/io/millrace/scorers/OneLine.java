package io.millrace.scorers;

/** Other libraries' failures as one line that fits into a message of ours. */
final class OneLine {
    private static final int MAX_CHARS = 400;

    private OneLine() {}

    static String of(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return of(message);
    }

    static String of(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "…";
    }
}
