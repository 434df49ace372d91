package io.vivace.converter.read;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists and mappings of YAML in brackets. */
final class YamlFlow {
    private final YamlLine line;
    private final String text;
    private int at;

    private YamlFlow(YamlLine line, String text) {
        this.line = line;
        this.text = text;
    }

    /**
     * @param line  where the text begins, for messages
     * @param text  from the opening bracket on; may come from several lines
     * @param depth how deep it is nested already
     */
    static Object read(YamlLine line, String text, int depth) {
        var flow = new YamlFlow(line, text);
        Object value = flow.value(depth);
        flow.end();
        return value;
    }

    private Object value(int depth) {
        if (depth > Yaml.MOST_DEPTH) {
            throw line.bad("nests deeper than " + Yaml.MOST_DEPTH);
        }
        blanks();
        return switch (peek()) {
            case '[' -> list(depth);
            case '{' -> mapping(depth);
            default -> line.scalar(word(",]}"));
        };
    }

    private void end() {
        blanks();
        if (at < text.length()) {
            throw line.bad("goes on after its closing bracket");
        }
    }

    private List<Object> list(int depth) {
        var elements = new ArrayList<Object>();
        for (at++, blanks(); peek() != ']'; comma(']')) {
            elements.add(value(depth + 1));
        }
        at++;
        return elements;
    }

    private Map<String, Object> mapping(int depth) {
        var members = new LinkedHashMap<String, Object>();
        for (at++, blanks(); peek() != '}'; comma('}')) {
            String key = String.valueOf(line.scalar(word(":,}")));
            if (peek() != ':') {
                throw line.bad("has a key without a value");
            }
            at++;
            members.put(key, value(depth + 1));
        }
        at++;
        return members;
    }

    private void comma(char close) {
        blanks();
        if (peek() == ',') {
            at++;
            blanks();
        } else if (peek() != close) {
            throw line.bad("lacks a comma or '" + close + "'");
        }
    }

    /** A scalar up to one of the characters; quotes and references may contain them. */
    private String word(String ends) {
        int from = at;
        char first = peek();
        if (first == '"' || first == '\'') {
            at = text.indexOf(first, at + 1) + 1;
            if (at == 0) {
                throw line.bad("has an open quote");
            }
        } else {
            int open = 0;
            while (at < text.length() && (open > 0 || ends.indexOf(text.charAt(at)) < 0)) {
                open += text.charAt(at) == '{' ? 1 : text.charAt(at) == '}' ? -1 : 0;
                at++;
            }
        }
        String word = text.substring(from, at).strip();
        blanks();
        return word;
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw line.bad("has an open bracket");
        }
        return text.charAt(at);
    }
}
