package io.vivace.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.Json.Place;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;

class JsonReaderTest {
    private static ObjectNode read(String text) {
        return JsonReader.read("f.json", text.getBytes(StandardCharsets.UTF_8));
    }

    private static String refusal(String text) {
        return assertThrows(BadCheckpoint.class, () -> read(text)).getMessage();
    }

    @Test
    void aNodeKnowsItsPlace() {
        ObjectNode tree = read("{\"a\": {\"b\": [1, {\"c\": \"x\"}]}}");
        String message = assertThrows(BadCheckpoint.class,
                () -> tree.object("a").array("b").elements().get(1).object().integer("c", 0, 9)).getMessage();
        assertEquals("f.json: a.b[1].c is \"x\", but a whole number from 0 to 9 is needed; correct the file or fetch it again.", message);
        assertEquals("f.json: d is missing; the file is incomplete or of another kind.",
                assertThrows(BadCheckpoint.class, () -> tree.get("d")).getMessage());
    }

    @Test
    void whatIsWrittenIsReadBack() {
        ObjectNode tree = Json.of("f.json", Map.of("n", List.of(1, 2.5, "t", true, Map.of())));
        assertEquals(tree, JsonReader.read("f.json", JsonWriter.write(tree)));
    }

    @Test
    void otherTextIsRefused() {
        assertTrue(refusal("[]").contains("does not begin with a JSON object"));
        assertTrue(refusal("").contains("does not begin with a JSON object"));
        assertTrue(refusal("{\"a\": nought}").contains("not valid JSON near character 6 "), refusal("{\"a\": nought}"));
        assertTrue(refusal("{\"a\": 1").contains("not valid JSON"));
        assertTrue(refusal("{\"a\": 1, \"a\": 2}").contains("Duplicate"), refusal("{\"a\": 1, \"a\": 2}"));
        assertEquals("f.json goes on after its JSON object ends, near character 2; fetch it again.", refusal("{}{}"));
    }

    /** Two million numbers, each under a path of 200 000 characters. */
    @Test
    void longPathsTakeNoRoom() {
        String open = ("{\"" + "k".repeat(4000) + "\":").repeat(50);
        String numbers = "[" + String.join(",", Collections.nCopies(2_000_000, "0")) + "]";
        assertEquals(1, read(open + numbers + "}".repeat(50)).members().size());
    }

    @Test
    void aPartOfAStreamIsBounded() {
        byte[] many = ("[" + "0,".repeat(200_000) + "0]").getBytes(StandardCharsets.UTF_8);
        try (JsonParser parser = JsonReader.stream(many)) {
            String message = assertThrows(BadCheckpoint.class, () -> JsonReader.part(parser, Place.of("f.json"))).getMessage();
            assertTrue(message.startsWith("f.json: ") && message.contains("more than 200000 settings"), message);
        }
    }
}
