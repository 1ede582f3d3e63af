package io.millrace.topology.config;

import java.util.regex.Pattern;

/** The rule that a text matches a pattern; {@code must} says so in words. */
record TextRule(Pattern pattern, String must) implements Rule<String> {
    TextRule(String regex, String must) {
        this(Pattern.compile(regex), must);
    }

    @Override
    public String read(String text) {
        if (!pattern.matcher(text).matches()) {
            throw new Violation(must);
        }
        return text;
    }

    void check(String key, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new Violation(must + ", got: " + value, key);
        }
    }
}
