package io.millrace.topology.decode;

import java.util.List;
import java.util.OptionalInt;

/**
 * What is made of a field's text. A number or a boolean in its place counts as its text in JSON.
 *
 * @param vocabulary the words that it may be, each of which becomes its index, from 0; empty: the text stays text
 * @param unknown what any other word becomes; empty: the record is rejected
 */
public record TextField(List<String> vocabulary, OptionalInt unknown) {
    /** Text that stays text. */
    public static final TextField ANY = new TextField(List.of(), OptionalInt.empty());

    public TextField {
        vocabulary = List.copyOf(vocabulary);
    }
}
