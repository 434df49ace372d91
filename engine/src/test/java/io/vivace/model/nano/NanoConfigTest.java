package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.weights.JsonReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NanoConfigTest {

    static NanoConfig read(String json) {
        return NanoConfig.of(JsonReader.read("config.json", json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aFileMayHoldSomeNetworksOnly() {
        assertTrue(read(TinyNano.JSON).whole());
        NanoConfig part = read(TinyNano.JSON.replace("\"decoder\":", "\"other\":"));
        assertFalse(part.whole());
        assertEquals(TinyNano.CONFIG.lm(), part.lm());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[2, 2, 12, 121, 3, 5, 5, 5, 5, 5] | [2, 2, 12] | fields",
        "[2, 2, 12, 121, 3, 5, 5, 5, 5, 5] | [1, 2, 12, 121, 3, 5, 5, 5, 5, 5] | styles",
        "[2, 2, 12, 121, 3, 5, 5, 5, 5, 5] | [2, 2, 12, 121, 3, 5, 5, 5, 5, 4] | instruments",
        "[2, 2, 12, 121, 3, 5, 5, 5, 5, 5] | [2, 2, 13, 121, 3, 5, 5, 5, 5, 5] | keys",
        "[8, 96] | [7, 96] | harmony",
        "[8, 96] | [8] | codes",
        "4/4 | 5/4 | styles[0].metre",
        "\"swing\": 0.5 | \"swing\": 1.5 | styles[0].swing",
        "[60, 180] | [180, 60] | styles[0].bpm",
        "\"decay\": 0.8 | \"decay\": 0 | instruments[3].decay",
        "[24, 2] | [34, 2] | harmony[7]",
        "[24, 2] | [24, 26] | harmony[7]",
        "[24, 2] | 24 | harmony[7]",
        "\"maj\": [0, 4, 7] | \"maj\": [] | qualities.maj",
        "\"bars\": 8 | \"bars\": 1 | lm.bars",
        "\"temperature\": 1 | \"temperature\": -1 | lm.temperature",
        "\"segment\": 5 | \"segment\": 3 | diffusion.window",
        "\"overlap\": 5 | \"overlap\": 4 | diffusion.overlap",
        "\"kernel\": 3, \"dilations\" | \"kernel\": 4, \"dilations\" | diffusion.kernel",
        "\"words\": 8 | \"words\": 0 | text.words",
        "\"heads\": 2, \"layers\": 1, \"hidden\": 8, \"cell\" | \"heads\": 3, \"layers\": 1, \"hidden\": 8, \"cell\" | text.width",
        "\"examples\" | \"forgotten\" | examples"})
    void whatDoesNotFitIsRefusedInOneSentence(String good, String bad, String place) {
        assertTrue(TinyNano.JSON.contains(good), good);
        String message = assertThrows(BadCheckpoint.class, () -> read(TinyNano.JSON.replace(good, bad))).getMessage();
        assertTrue(message.contains(place) && message.endsWith("."), message);
    }
}
