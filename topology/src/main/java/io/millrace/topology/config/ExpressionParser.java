package io.millrace.topology.config;

import io.millrace.topology.config.Expression.And;
import io.millrace.topology.config.Expression.Comparison;
import io.millrace.topology.config.Expression.Not;
import io.millrace.topology.config.Expression.Operand;
import io.millrace.topology.config.Expression.Operator;
import io.millrace.topology.config.Expression.Or;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads conditions by recursive descent:
 *
 * <pre>
 *   condition  = conjunction { "or" conjunction }
 *   conjunction = term { "and" term }
 *   term       = "not" term | "(" condition ")" | operand operator operand
 *   operator   = "&gt;" | "&gt;=" | "&lt;" | "&lt;=" | "==" | "!="
 *   operand    = number | score | JSON pointer; in double quotes where it has spaces, brackets or signs in it
 *              | property | text in single quotes, which is compared with a property by == or !=
 * </pre>
 */
final class ExpressionParser {
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_DEPTH = 64;
    private static final String SIGNS = "<>=!";

    private final String text;
    private final Set<String> properties;
    private int at;
    private int depth;

    private ExpressionParser(String text, Set<String> properties) {
        this.text = text;
        this.properties = properties;
    }

    /**
     * @param properties words that are properties of a device's twin, and no scores
     * @throws Violation with what was expected, and the position, from 1, at which something else stands
     */
    static Expression parse(String text, Set<String> properties) {
        if (text.length() > MAX_LENGTH) {
            throw new Violation("must be a condition of at most " + MAX_LENGTH + " characters");
        }
        ExpressionParser parser = new ExpressionParser(text, properties);
        Expression all = parser.condition();
        if (parser.skipSpace() < text.length()) {
            throw parser.expected("and, or, or the end");
        }
        return all;
    }

    /** A name as it must be written. */
    static String quoted(String name) {
        boolean plain = !name.isEmpty()
                && name.charAt(0) != '\''
                && name.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '(' || c == ')' || SIGNS.indexOf(c) >= 0)
                && Stream.of("and", "or", "not").noneMatch(name::equals)
                && number(name) == null;
        return plain ? name : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private Expression condition() {
        List<Expression> parts = new ArrayList<>(List.of(conjunction()));
        while (takesWord("or")) {
            parts.add(conjunction());
        }
        return parts.size() == 1 ? parts.get(0) : new Or(parts);
    }

    private Expression conjunction() {
        List<Expression> parts = new ArrayList<>(List.of(term()));
        while (takesWord("and")) {
            parts.add(term());
        }
        return parts.size() == 1 ? parts.get(0) : new And(parts);
    }

    private Expression term() {
        if (++depth > MAX_DEPTH) {
            throw new Violation("must be nested at most " + MAX_DEPTH + " deep");
        }
        Expression term;
        if (takesWord("not")) {
            term = new Not(term());
        } else if (takes('(')) {
            term = condition();
            if (!takes(')')) {
                throw expected(")");
            }
        } else {
            term = comparison();
        }
        depth--;
        return term;
    }

    private Comparison comparison() {
        int start = skipSpace();
        Operand left = operand();
        Operator operator = operator();
        Operand right = operand();
        if (left instanceof Operand.Constant && right instanceof Operand.Constant) {
            at = start;
            throw expected("a comparison with a score or a field in it");
        }
        checkText(left, operator, right, start);
        checkText(right, operator, left, start);
        return new Comparison(left, operator, right);
    }

    private void checkText(Operand one, Operator operator, Operand other, int start) {
        boolean equality = operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
        if (one instanceof Operand.Text && !(equality && other instanceof Operand.Property)) {
            at = start;
            throw expected("== or != between a text and one of the properties " + properties + " of the registry");
        }
    }

    private Operator operator() {
        int from = skipSpace();
        int to = from;
        while (to < text.length() && SIGNS.indexOf(text.charAt(to)) >= 0) {
            to++;
        }
        String symbol = text.substring(from, to);
        Operator found = Stream.of(Operator.values())
                .filter(operator -> operator.symbol().equals(symbol))
                .findFirst()
                .orElseThrow(() -> expected("one of > >= < <= == !="));
        at = to;
        return found;
    }

    private Operand operand() {
        int from = skipSpace();
        if (from < text.length() && text.charAt(from) == '\'') {
            return new Operand.Text(quotedWord('\''));
        }
        boolean quotes = from < text.length() && text.charAt(from) == '"';
        String word = quotes ? quotedWord('"') : word();
        if (word.isEmpty() || (!quotes && Stream.of("and", "or", "not").anyMatch(word::equals))) {
            at = from;
            throw expected("a score, a field or a number");
        }
        if (word.startsWith("/")) {
            try {
                return new Operand.Field(Rules.POINTER.read(word));
            } catch (Violation e) {
                at = from;
                throw expected("a JSON pointer such as /temperature");
            }
        }
        if (!quotes && properties.contains(word)) {
            return new Operand.Property(word);
        }
        Operand.Constant constant = quotes ? null : number(word);
        return constant == null ? new Operand.Score(word) : constant;
    }

    private static Operand.@Nullable Constant number(String word) {
        try {
            return new Operand.Constant(Rules.NUMBER.read(word));
        } catch (Violation e) {
            return null; // then it is a name
        }
    }

    private String word() {
        int from = at;
        at = endOfWord();
        return text.substring(from, at);
    }

    private String quotedWord(char quote) {
        StringBuilder word = new StringBuilder();
        for (int p = at + 1; p < text.length(); p++) {
            char c = text.charAt(p);
            if (c == quote) {
                at = p + 1;
                return word.toString();
            }
            if (c == '\\' && p + 1 < text.length()) {
                p++;
            }
            word.append(text.charAt(p));
        }
        at = text.length();
        throw expected("a closing " + quote);
    }

    private boolean takes(char wanted) {
        if (skipSpace() < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private boolean takesWord(String wanted) {
        skipSpace();
        int end = endOfWord();
        if (!text.substring(at, end).equals(wanted)) {
            return false;
        }
        at = end;
        return true;
    }

    private int endOfWord() {
        int end = at;
        while (end < text.length()
                && "()\"".indexOf(text.charAt(end)) < 0
                && text.charAt(end) > ' '
                && SIGNS.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private int skipSpace() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }

    private Violation expected(String what) {
        skipSpace();
        String found = at == text.length() ? "its end" : "'" + text.charAt(at) + "'";
        return new Violation("must be a condition such as anomaly > 0.9 and /speed < 100: " + what
                + " was expected at character " + (at + 1) + ", where " + found + " stands");
    }
}
