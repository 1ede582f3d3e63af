package io.millrace.topology.config;

import java.util.List;

/** A value broke a rule. The reader turns it into a {@link Problem}; a caller who builds records by hand sees it. */
final class Violation extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String rule;
    private final transient List<String> keys;

    /**
     * @param rule what must hold, reading on from the key
     * @param keys the keys that the rule is about, the one to blame first
     */
    Violation(String rule, String... keys) {
        super(keys.length == 0 ? rule : keys[0] + " " + rule);
        this.rule = rule;
        this.keys = List.of(keys);
    }

    String rule() {
        return rule;
    }

    List<String> keys() {
        return keys;
    }
}
