package io.millrace.topology.desk;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.decode.FieldTexts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an operator says about alerts: a record of the controls topic. */
public sealed interface Control {
    /** Matching alerts are not to be told of for a while. Patterns know {@code *} for anything. */
    record Silence(
            String id,
            String device,
            String rule,
            String group,
            long fromMs,
            long untilMs,
            String author,
            String comment)
            implements Control {
        boolean active(long nowMs) {
            return fromMs <= nowMs && nowMs < untilMs;
        }

        boolean matches(String ofDevice, String ofRule, String ofGroup) {
            return glob(device, ofDevice) && glob(rule, ofRule) && glob(group, ofGroup);
        }

        /** Goes back to the last star only, so that the time is bounded by the product of the lengths. */
        private static boolean glob(String pattern, String text) {
            int p = 0;
            int star = -1;
            int from = 0;
            for (int t = 0; t < text.length(); ) {
                if (p < pattern.length() && pattern.charAt(p) == '*') {
                    star = p++;
                    from = t;
                } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                    p++;
                    t++;
                } else if (star >= 0) {
                    p = star + 1;
                    t = ++from;
                } else {
                    return false;
                }
            }
            while (p < pattern.length() && pattern.charAt(p) == '*') {
                p++;
            }
            return p == pattern.length();
        }
    }

    /** A silence is over before its time. */
    record Unsilence(String id) implements Control {}

    /** Somebody looks after an open alert. */
    record Acknowledge(String key, Notice.Ack ack) implements Control {}

    /** Nobody does, after all. */
    record Unacknowledge(String key) implements Control {}

    /** Keys: {@code silence/ID} and {@code ack/DEVICE/RULE}; an empty value takes it back. */
    final class Reader {
        private static final String SILENCE = "silence/";
        private static final String ACK = "ack/";
        private static final int MOST_CHARACTERS = 1_000;

        private final FieldTexts texts = new FieldTexts(
                List.of("/device", "/rule", "/group", "/from", "/until", "/author", "/comment", "/time"));

        /** Nothing if the record is no control; {@link #problem} says what a control is. */
        public Optional<Control> read(byte @Nullable [] keyBytes, byte @Nullable [] value, long timestampMs) {
            String key = keyBytes == null ? "" : new String(keyBytes, UTF_8);
            boolean silence = key.startsWith(SILENCE);
            if (!silence && !key.startsWith(ACK)) {
                return Optional.empty();
            }
            String name = key.substring(silence ? SILENCE.length() : ACK.length());
            if (name.isEmpty() || name.length() > MOST_CHARACTERS) {
                return Optional.empty();
            }
            if (value == null) {
                return Optional.of(silence ? new Unsilence(name) : new Unacknowledge(name));
            }
            @Nullable String[] text = texts.read(value);
            if (text == null) {
                return Optional.empty();
            }
            if (!silence) {
                return Optional.of(new Acknowledge(
                        name, new Notice.Ack(or(text[5], ""), or(text[6], ""), time(text[7], timestampMs))));
            }
            long until = time(text[4], -1);
            return until < 0
                    ? Optional.empty()
                    : Optional.of(new Silence(
                            name,
                            or(text[0], "*"),
                            or(text[1], "*"),
                            or(text[2], "*"),
                            time(text[3], timestampMs),
                            until,
                            or(text[5], ""),
                            or(text[6], "")));
        }

        /** What a record must be that cannot be read. */
        public static String problem() {
            return "an alert control must have a key silence/ID or ack/DEVICE/RULE, and a JSON object as its value,"
                    + " with until in epoch milliseconds for a silence";
        }

        private static String or(@Nullable String text, String otherwise) {
            return text == null || text.isEmpty()
                    ? otherwise
                    : text.substring(0, Math.min(text.length(), MOST_CHARACTERS));
        }

        private static long time(@Nullable String text, long otherwise) {
            return text != null && text.matches("\\d{1,15}") ? Long.parseLong(text) : otherwise;
        }
    }
}
