package io.vivace.model.t5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Activation;
import io.vivace.model.RandomWeights;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class T5EncoderTest {
    private static final T5Config CONFIG = new T5Config(50, 24, 8, 4, 40, 2, Activation.GELU_TANH, true, 32, 128, 1e-6);
    private static final Weights WEIGHTS = new RandomWeights(1, "embedding", "relative_bias").add(T5Encoder.graph(CONFIG, 1, 1)).weights();

    @Test
    void aRowDoesNotDependOnItsBatch() {
        int[][] ids = {{5, 6, 7, 8, 1}, {9, 1, 0, 0, 0}}, mask = {{1, 1, 1, 1, 1}, {1, 1, 0, 0, 0}};
        try (Backend backend = new CpuBackend(2, false); T5Encoder t5 = new T5Encoder(CONFIG, backend, WEIGHTS)) {
            float[] both = t5.encode(ids, mask).floats();
            for (int row = 0; row < 2; row++) {
                float[] alone = t5.encode(new int[][] {ids[row]}, new int[][] {mask[row]}).floats();
                assertArrayEquals(alone, Arrays.copyOfRange(both, row * alone.length, (row + 1) * alone.length));
            }
        }
    }

    @Test
    void rowsThatDoNotFitAreRefused() {
        try (Backend backend = new CpuBackend(1, true); T5Encoder t5 = new T5Encoder(CONFIG, backend, WEIGHTS)) {
            int[][] mask = {{1, 1}};
            BadRequest e = assertThrows(BadRequest.class, () -> t5.encode(new int[][] {{1, 50}}, mask));
            assertTrue(e.getMessage().contains("50") && e.getMessage().contains("0 to 49"), e.getMessage());
            assertThrows(BadRequest.class, () -> t5.encode(new int[][] {{1, -1}}, mask));
            assertThrows(BadRequest.class, () -> t5.encode(new int[][] {{1, 1}, {1}}, mask));
            assertThrows(BadRequest.class, () -> t5.encode(new int[0][], mask));
        }
    }

    @Test
    void configsThatMakeNoSenseAreRefused() {
        refused("activation", "swish");
        refused("buckets", 3);
        refused("heads", 0);
        refused("max_distance", 8);
        refused("gated", 1);
        refused("epsilon", "small");
    }

    private static void refused(String key, Object value) {
        Map<String, Object> members = new LinkedHashMap<>(Map.of("vocab", 50, "model", 24, "head_size", 8, "heads", 4, "feed_forward", 40,
                "layers", 2, "activation", "relu", "gated", false, "buckets", 32, "max_distance", 128));
        members.put("epsilon", 1e-6);
        T5Config.of(Json.of("model.viv", members));
        members.put(key, value);
        BadCheckpoint e = assertThrows(BadCheckpoint.class, () -> T5Config.of(Json.of("model.viv", members)));
        assertTrue(e.getMessage().startsWith("model.viv: " + key + " is "), e.getMessage());
    }
}
