package io.vivace.weights;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a tree as compact UTF-8 JSON: the same tree gives the same bytes. */
public final class JsonWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonWriter() { }

    public static byte[] write(Json tree) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(tree, out);
        }
        return bytes.toByteArray();
    }

    private static void write(Json tree, JsonGenerator out) {
        switch (tree) {
            case Json.ObjectNode o -> {
                out.writeStartObject();
                o.members().forEach((key, member) -> {
                    out.writeName(key);
                    write(member, out);
                });
                out.writeEndObject();
            }
            case Json.ArrayNode a -> {
                out.writeStartArray();
                a.elements().forEach(element -> write(element, out));
                out.writeEndArray();
            }
            case Json.StringNode s -> out.writeString(s.value());
            case Json.NumberNode n when n.value() instanceof Long l -> out.writeNumber(l);
            case Json.NumberNode n -> out.writeNumber(n.value().doubleValue());
            case Json.BooleanNode b -> out.writeBoolean(b.value());
            case Json.NullNode _ -> out.writeNull();
        }
    }
}
