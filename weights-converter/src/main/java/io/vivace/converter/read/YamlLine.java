package io.vivace.converter.read;

import io.vivace.BadCheckpoint;

/**
 * A line of YAML with something on it.
 *
 * @param file   what to call the text in messages
 * @param number in the file, from 1
 * @param indent blanks before the text
 * @param text   without comment and blanks around it
 */
record YamlLine(String file, int number, int indent, String text) {

    static YamlLine read(String file, int number, String line) {
        String content = uncomment(line).stripTrailing();
        String text = content.stripLeading();
        var read = new YamlLine(file, number, content.length() - text.length(), text);
        if (content.indexOf('\t') >= 0 && text.indexOf('\t') < 0) {
            throw read.bad("is indented by a tab");
        }
        return read;
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

    BadCheckpoint bad(String what) {
        return new BadCheckpoint(file + ": line " + number + " of the YAML " + what + "; the checkpoint is damaged or of another version, "
                + "fetch it again.");
    }

    /** Whether an element of a list begins here. */
    boolean isItem() {
        return text.startsWith("- ") || text.equals("-");
    }

    /** Where the key ends: a colon before a blank or the end, outside quotes. */
    int colon() {
        char quote = text.charAt(0) == '"' || text.charAt(0) == '\'' ? text.charAt(0) : 0;
        int from = quote == 0 ? 0 : text.indexOf(quote, 1) + 1;
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == ':' && (i + 1 == text.length() || text.charAt(i + 1) == ' ')) {
                return i;
            }
        }
        return -1;
    }

    /**
     * A word as a string, Long, Double, Boolean or null.
     *
     * @throws BadCheckpoint if it is of a kind that is not supported
     */
    Object scalar(String word) {
        if (word.isEmpty() || word.equals("~") || word.equals("null")) {
            return null;
        }
        char first = word.charAt(0);
        if (first == '"' || first == '\'') {
            if (word.length() < 2 || word.charAt(word.length() - 1) != first) {
                throw bad("has an open quote");
            }
            String inner = word.substring(1, word.length() - 1);
            return first == '\'' ? inner.replace("''", "'") : inner.replace("\\\"", "\"").replace("\\\\", "\\");
        }
        if ("&*!|>%@`".indexOf(first) >= 0) {
            throw bad("uses '" + first + "', which is not supported");
        }
        return switch (word) {
            case "true", "True" -> true;
            case "false", "False" -> false;
            default -> number(word);
        };
    }

    private static Object number(String text) {
        if (text.matches("[-+]?\\d{1,18}")) {
            return Long.parseLong(text);
        }
        return text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?") ? (Object) Double.parseDouble(text) : text;
    }
}
