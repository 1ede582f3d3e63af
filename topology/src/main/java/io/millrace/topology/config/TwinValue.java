package io.millrace.topology.config;

import org.jspecify.annotations.Nullable;

/**
 * What a condition asks of a twin, as one number: a property's own, or whether it is a certain text (1 or 0). NaN where the
 * twin does not have it, or not as a number.
 *
 * @param property the property's name
 * @param text the text that it is compared with; {@code null}: its number is asked for
 */
public record TwinValue(String property, @Nullable String text) {
    /** As among an event's values: no field's pointer, since it begins with no slash. */
    public String key() {
        return text == null ? property : property + " == '" + text + "'";
    }
}
