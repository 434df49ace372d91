package io.vivace.converter.read;

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
    static final int MOST_DEPTH = 32;
    private static final int MOST_REFERENCES = 16;

    private final String file;
    private final List<YamlLine> lines = new ArrayList<>();
    private int next;

    private Yaml(String file) {
        this.file = file;
    }

    /** @param file what to call the text in messages */
    public static Json.ObjectNode read(String file, String text) {
        var yaml = new Yaml(file);
        if (text.length() > MOST_TEXT) {
            throw new YamlLine(file, 1, 0, "").bad("has " + text.length() + " characters, at most " + MOST_TEXT + " are allowed");
        }
        yaml.split(text);
        Object tree = yaml.lines.isEmpty() ? Map.of() : yaml.block(yaml.lines.getFirst().indent(), 0);
        if (yaml.next < yaml.lines.size()) {
            throw yaml.lines.get(yaml.next).bad("is indented less than the lines before it");
        }
        if (!(tree instanceof Map<?, ?> root)) {
            throw new YamlLine(file, 1, 0, "").bad("begins no mapping");
        }
        return Json.of(file, members(root, root));
    }

    private void split(String text) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            YamlLine read = YamlLine.read(file, number, line);
            if (!read.text().isEmpty() && !read.text().equals("---")) {
                lines.add(read);
            }
        }
    }

    /** A mapping, a list, or a scalar whose first line stands at this indentation. */
    private Object block(int indent, int depth) {
        YamlLine line = lines.get(next);
        if (depth > MOST_DEPTH) {
            throw line.bad("nests deeper than " + MOST_DEPTH);
        }
        if (line.isItem()) {
            return list(indent, depth);
        }
        if (line.colon() < 0 || "[{".indexOf(line.text().charAt(0)) >= 0) {
            next++;
            return value(line, line.text(), indent - 1, depth);
        }
        return mapping(indent, depth);
    }

    private Map<String, Object> mapping(int indent, int depth) {
        var members = new LinkedHashMap<String, Object>();
        while (next < lines.size() && lines.get(next).indent() == indent && !lines.get(next).isItem()) {
            YamlLine line = lines.get(next);
            int colon = line.colon();
            if (colon < 0) {
                throw line.bad("has no key");
            }
            String key = String.valueOf(line.scalar(line.text().substring(0, colon).strip()));
            String rest = line.text().substring(colon + 1).strip();
            next++;
            if (members.containsKey(key)) {
                throw line.bad("repeats a key");
            }
            members.put(key, rest.isEmpty() ? below(indent, depth) : value(line, rest, indent, depth));
        }
        checkEnd(indent);
        return members;
    }

    private void checkEnd(int indent) {
        if (next < lines.size() && lines.get(next).indent() > indent) {
            throw lines.get(next).bad("is indented more than the lines before it");
        }
    }

    /** What stands under a key with nothing behind its colon; a list may stand at the key's own indentation. */
    private Object below(int indent, int depth) {
        if (next < lines.size()) {
            YamlLine line = lines.get(next);
            if (line.indent() > indent || line.indent() == indent && line.isItem()) {
                return block(line.indent(), depth + 1);
            }
        }
        return null;
    }

    private List<Object> list(int indent, int depth) {
        var elements = new ArrayList<Object>();
        while (next < lines.size() && lines.get(next).indent() == indent && lines.get(next).isItem()) {
            YamlLine line = lines.get(next);
            String rest = line.text().substring(1).stripLeading();
            if (rest.isEmpty()) {
                next++;
                elements.add(next < lines.size() && lines.get(next).indent() > indent ? block(lines.get(next).indent(), depth + 1) : null);
            } else {
                // What follows the dash is a block of its own, indented to where it begins.
                int inner = indent + line.text().length() - rest.length();
                lines.set(next, new YamlLine(file, line.number(), inner, rest));
                elements.add(block(inner, depth + 1));
            }
        }
        checkEnd(indent);
        return elements;
    }

    /** A value that begins on its key's line; deeper lines go on with it. */
    private Object value(YamlLine line, String text, int indent, int depth) {
        var all = new StringBuilder(text);
        while (next < lines.size() && lines.get(next).indent() > indent) {
            if (all.indexOf("[") != 0 && all.indexOf("{") != 0 && lines.get(next).colon() >= 0) {
                throw lines.get(next).bad("is a key below a value");
            }
            all.append(' ').append(lines.get(next++).text());
        }
        String whole = all.toString();
        if (whole.startsWith("[") || whole.startsWith("{")) {
            return YamlFlow.read(line, whole, depth + 1);
        }
        return line.scalar(whole);
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
