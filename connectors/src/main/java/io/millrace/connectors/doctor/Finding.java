package io.millrace.connectors.doctor;

/**
 * One thing that was looked at.
 *
 * @param level how it stands
 * @param subject what was looked at, in a word or two
 * @param text what was found, and what to do about it where something is to be done
 */
public record Finding(Level level, String subject, String text) {
    /** How a thing stands. */
    public enum Level {
        /** As it should be. */
        OK,
        /** Worth knowing; nothing breaks. */
        NOTE,
        /** What was asked for cannot run like this. */
        PROBLEM
    }

    public static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text);
    }

    public static Finding note(String subject, String text) {
        return new Finding(Level.NOTE, subject, text);
    }

    public static Finding problem(String subject, String text) {
        return new Finding(Level.PROBLEM, subject, text);
    }
}
