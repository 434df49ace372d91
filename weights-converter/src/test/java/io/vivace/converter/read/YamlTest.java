package io.vivace.converter.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.weights.JsonWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {

    private static String json(String yaml) {
        return new String(JsonWriter.write(Yaml.read("xp.cfg", yaml)), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void blocksFlowsScalarsAndReferences() {
        assertEquals("{\"a\":1,\"b\":{\"c\":[1,-2.5,true,null],\"d\":[]},\"e\":[\"x\",{\"f\":1,\"g\":\"2\"},[3,4]],\"h\":1,\"i\":\"${nowhere}\",\"j\":\"a ${a}\","
                + "\"k\":{\"x\":1,\"y\":[\"${b}\"]},\"l\":\"it's: fine\",\"m\":1.0E-5,\"n\":\"one two three\",\"o\":null,\"p\":[8,5]}",
                json("""
                    # a config
                    a: 1
                    b:
                      c: [1, -2.5, true, null]   # flow
                      d: []
                    e:
                    - x
                    - f: 1
                      g: '2'
                    - - 3
                      - 4
                    h: ${b.c2.x}
                    i: ${nowhere}
                    j: a ${a}
                    k: {x: ${a}, 'y': ["${b}"]}
                    l: 'it''s: fine'
                    m: 1.0e-05
                    n: one two
                      three
                    o:
                    p:
                      - 8
                      - 5
                    """.replace("${b.c2.x}", "${a}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: &x 1", "a: *x", "a: !!python/object:os.system x", "a: |\n  text", "a: [1, 2", "a: {b", "a: 'x",
    "- 1\n- 2", "a: 1\na: 2",
        "a: 1\n   b: 2\n c: 3", "\ta: 1", "plain", "a:\n  b: 1\n c: 2"})
    void whatIsNotInTheSubsetIsRefused(String yaml) {
        String message = assertThrows(BadCheckpoint.class, () -> json(yaml)).getMessage();
        assertTrue(message.contains("xp.cfg: line ") && message.endsWith(".") && !message.contains("\n"), message);
    }

    @Test
    void hostileTextsEndSoon() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThrows(BadCheckpoint.class, () -> json("a: " + "[".repeat(100_000)));
            assertThrows(BadCheckpoint.class, () -> json("- ".repeat(100_000) + "x"));
            assertThrows(BadCheckpoint.class, () -> json("x".repeat(2 << 20)));
            assertEquals("{\"a\":\"${b}\",\"b\":\"${a}\"}", json("a: ${b}\nb: ${a}"));
        });
    }
}
