package io.vivace.cli;

import io.vivace.weights.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Maps, iterables, text, numbers and flags as JSON. JSON has no infinities and NaNs: they become null. */
final class Document {
    private static final JsonFactory FACTORY = new JsonFactory();
    /** Control characters that JSON lets pass, and terminals may obey. */
    private static final Pattern CONTROL = Pattern.compile("[\\x7f-\\x9f]");

    private Document() {}

    /** One line, without the line end. */
    static String json(Map<String, ?> members) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(members, out);
        }
        return CONTROL.matcher(bytes.toString(StandardCharsets.UTF_8)).replaceAll(c -> String.format("\\\\u%04x", (int) c.group().charAt(0)));
    }

    /** A tree that was read as maps, lists and plain values. */
    static Object plain(Json tree) {
        return switch (tree) {
            case Json.ObjectNode o -> {
                var members = new LinkedHashMap<String, Object>();
                o.members().forEach((key, member) -> members.put(key, plain(member)));
                yield members;
            }
            case Json.ArrayNode a -> a.elements().stream().map(Document::plain).toList();
            case Json.StringNode s -> s.value();
            case Json.NumberNode n -> n.value();
            case Json.BooleanNode b -> b.value();
            case Json.NullNode _ -> null;
        };
    }

    private static void write(Object value, JsonGenerator out) {
        switch (value) {
            case null -> out.writeNull();
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((key, member) -> {
                    out.writeName(key.toString());
                    write(member, out);
                });
                out.writeEndObject();
            }
            case Path path -> out.writeString(path.toString()); // which is iterable too
            case Iterable<?> elements -> {
                out.writeStartArray();
                for (Object element : elements) write(element, out);
                out.writeEndArray();
            }
            case Boolean flag -> out.writeBoolean(flag);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Double number when Double.isFinite(number) -> out.writeNumber(number);
            case Double _ -> out.writeNull();
            default -> out.writeString(value.toString());
        }
    }
}
