package io.vivace.converter.read;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The subset of YAML that configs in audiocraft's checkpoints use: nested mappings and lists in block or flow style, plain
 * and quoted scalars (long ones may go on over lines), comments, and OmegaConf's references {@code ${a.b}}. Anchors,
 * tags and literal blocks are refused.
 */
public final class Yaml {
    private static final int MOST_TEXT = 1 << 20;
    private static final int MOST_DEPTH = 32;
    private static final int MOST_REFERENCES = 16;

    private record Line(int number, int indent, String text) { }

    private final String file;
    private final List<Line> lines = new ArrayList<>();
    private int next;

    private Yaml(String file) {
        this.file = file;
    }

    /** @param file what to call the text in messages */
    public static Json.ObjectNode read(String file, String text) {
        var yaml = new Yaml(file);
        if (text.length() > MOST_TEXT) {
            throw yaml.bad(1, "has " + text.length() + " characters, at most " + MOST_TEXT + " are allowed");
        }
        yaml.split(text);
        Object tree = yaml.lines.isEmpty() ? Map.of() : yaml.block(yaml.lines.getFirst().indent, 0);
        if (yaml.next < yaml.lines.size()) {
            throw yaml.bad(yaml.lines.get(yaml.next).number, "is indented less than the lines before it");
        }
        if (!(tree instanceof Map<?, ?> root)) {
            throw yaml.bad(1, "begins no mapping");
        }
        return Json.of(file, members(root, root));
    }

    private BadCheckpoint bad(int line, String what) {
        return new BadCheckpoint(file + ": line " + line + " of the YAML " + what + "; the checkpoint is damaged or of another version, "
                + "fetch it again.");
    }

    private void split(String text) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String content = uncomment(line).stripTrailing();
            String bare = content.stripLeading();
            if (content.indexOf('\t') >= 0 && content.strip().indexOf('\t') < 0) {
                throw bad(number, "is indented by a tab");
            }
            if (!bare.isEmpty() && !bare.equals("---")) {
                lines.add(new Line(number, content.length() - bare.length(), bare));
            }
        }
    }

    /** Cuts a comment: # at the start or after a blank, outside quotes. */
    private static String uncomment(String line) {
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if ((c == '"' || c == '\'') && (i == 0 || " [{,:".indexOf(line.charAt(i - 1)) >= 0)) {
                quote = c;
            } else if (c == '#' && (i == 0 || line.charAt(i - 1) == ' ')) {
                return line.substring(0, i);
            }
        }
        return line;
    }

    /** A mapping, a list, or a scalar whose first line stands at this indentation. */
    private Object block(int indent, int depth) {
        Line line = lines.get(next);
        if (depth > MOST_DEPTH) {
            throw bad(line.number, "nests deeper than " + MOST_DEPTH);
        }
        if (line.text.startsWith("- ") || line.text.equals("-")) {
            return list(indent, depth);
        }
        if (colon(line.text) < 0 || "[{".indexOf(line.text.charAt(0)) >= 0) {
            next++;
            return value(line, line.text, indent - 1, depth);
        }
        return mapping(indent, depth);
    }

    private Map<String, Object> mapping(int indent, int depth) {
        var members = new LinkedHashMap<String, Object>();
        while (next < lines.size() && lines.get(next).indent == indent && !isItem(lines.get(next))) {
            Line line = lines.get(next);
            int colon = colon(line.text);
            if (colon < 0) {
                throw bad(line.number, "has no key");
            }
            String key = String.valueOf(scalar(line, line.text.substring(0, colon).strip()));
            String rest = line.text.substring(colon + 1).strip();
            next++;
            if (members.containsKey(key)) {
                throw bad(line.number, "repeats a key");
            }
            members.put(key, rest.isEmpty() ? below(indent, depth) : value(line, rest, indent, depth));
        }
        checkEnd(indent);
        return members;
    }

    private static boolean isItem(Line line) {
        return line.text.startsWith("- ") || line.text.equals("-");
    }

    private void checkEnd(int indent) {
        if (next < lines.size() && lines.get(next).indent > indent) {
            throw bad(lines.get(next).number, "is indented more than the lines before it");
        }
    }

    /** What stands under a key with nothing behind its colon; a list may stand at the key's own indentation. */
    private Object below(int indent, int depth) {
        if (next < lines.size()) {
            Line line = lines.get(next);
            if (line.indent > indent || line.indent == indent && isItem(line)) {
                return block(line.indent, depth + 1);
            }
        }
        return null;
    }

    private List<Object> list(int indent, int depth) {
        var elements = new ArrayList<Object>();
        while (next < lines.size() && lines.get(next).indent == indent && isItem(lines.get(next))) {
            Line line = lines.get(next);
            String rest = line.text.substring(1).stripLeading();
            if (rest.isEmpty()) {
                next++;
                elements.add(next < lines.size() && lines.get(next).indent > indent ? block(lines.get(next).indent, depth + 1) : null);
            } else {
                // What follows the dash is a block of its own, indented to where it begins.
                int inner = indent + line.text.length() - rest.length();
                lines.set(next, new Line(line.number, inner, rest));
                elements.add(block(inner, depth + 1));
            }
        }
        checkEnd(indent);
        return elements;
    }

    /** A value that begins on its key's line; deeper lines go on with it. */
    private Object value(Line line, String text, int indent, int depth) {
        var all = new StringBuilder(text);
        while (next < lines.size() && lines.get(next).indent > indent) {
            if (all.indexOf("[") != 0 && all.indexOf("{") != 0 && colon(lines.get(next).text) >= 0) {
                throw bad(lines.get(next).number, "is a key below a value");
            }
            all.append(' ').append(lines.get(next++).text);
        }
        String whole = all.toString();
        if (whole.startsWith("[") || whole.startsWith("{")) {
            var flow = new Flow(line, whole);
            Object value = flow.value(depth + 1);
            flow.end();
            return value;
        }
        return scalar(line, whole);
    }

    /** Where the key ends: a colon before a blank or the end, outside quotes. */
    private static int colon(String text) {
        char quote = text.charAt(0) == '"' || text.charAt(0) == '\'' ? text.charAt(0) : 0;
        int from = quote == 0 ? 0 : text.indexOf(quote, 1) + 1;
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == ':' && (i + 1 == text.length() || text.charAt(i + 1) == ' ')) {
                return i;
            }
        }
        return -1;
    }

    private Object scalar(Line line, String text) {
        if (text.isEmpty() || text.equals("~") || text.equals("null")) {
            return null;
        }
        char first = text.charAt(0);
        if (first == '"' || first == '\'') {
            if (text.length() < 2 || text.charAt(text.length() - 1) != first) {
                throw bad(line.number, "has an open quote");
            }
            String inner = text.substring(1, text.length() - 1);
            return first == '\'' ? inner.replace("''", "'") : inner.replace("\\\"", "\"").replace("\\\\", "\\");
        }
        if ("&*!|>%@`".indexOf(first) >= 0) {
            throw bad(line.number, "uses '" + first + "', which is not supported");
        }
        return switch (text) {
            case "true", "True" -> true;
            case "false", "False" -> false;
            default -> number(text);
        };
    }

    private static Object number(String text) {
        if (text.matches("[-+]?\\d{1,18}")) {
            return Long.parseLong(text);
        }
        return text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?") ? (Object) Double.parseDouble(text) : text;
    }

    /** Lists and mappings in brackets. */
    private final class Flow {
        private final Line line;
        private final String text;
        private int at;

        Flow(Line line, String text) {
            this.line = line;
            this.text = text;
        }

        Object value(int depth) {
            if (depth > MOST_DEPTH) {
                throw bad(line.number, "nests deeper than " + MOST_DEPTH);
            }
            blanks();
            return switch (peek()) {
                case '[' -> list(depth);
                case '{' -> mapping(depth);
                default -> scalar(line, word(",]}"));
            };
        }

        void end() {
            blanks();
            if (at < text.length()) {
                throw bad(line.number, "goes on after its closing bracket");
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
                String key = String.valueOf(scalar(line, word(":,}")));
                if (peek() != ':') {
                    throw bad(line.number, "has a key without a value");
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
                throw bad(line.number, "lacks a comma or '" + close + "'");
            }
        }

        /** A scalar up to one of the characters; quotes and references may contain them. */
        private String word(String ends) {
            int from = at;
            char first = peek();
            if (first == '"' || first == '\'') {
                at = text.indexOf(first, at + 1) + 1;
                if (at == 0) {
                    throw bad(line.number, "has an open quote");
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
                throw bad(line.number, "has an open bracket");
            }
            return text.charAt(at);
        }
    }

    private static Map<String, Object> members(Map<?, ?> map, Map<?, ?> root) {
        var members = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> members.put((String) key, resolved(value, root)));
        return members;
    }

    /** Replaces strings that are nothing but a reference; one that leads nowhere stays as it is. */
    private static Object resolved(Object value, Map<?, ?> root) {
        Object found = value;
        for (int i = 0; i < MOST_REFERENCES && found instanceof String s && s.matches("\\$\\{[\\w.]+\\}"); i++) {
            Object target = root;
            for (String key : s.substring(2, s.length() - 1).split("\\.")) {
                target = target instanceof Map<?, ?> m && m.containsKey(key) ? m.get(key) : s;
            }
            if (target instanceof Map || target instanceof List) {
                return s;
            }
            found = target;
        }
        return switch (found) {
            case Map<?, ?> map -> members(map, root);
            case List<?> list -> {
                var elements = new ArrayList<Object>();
                list.forEach(element -> elements.add(resolved(element, root)));
                yield elements;
            }
            case null -> null;
            default -> found;
        };
    }
}
