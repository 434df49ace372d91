package io.vivace.model.ssm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Tensor;
import io.vivace.model.RandomWeights;
import io.vivace.model.ssm.MambaLm.Outcome;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A sequence in chunks, down to single steps, gives the bits of the whole. */
class MambaLmTest {
    private static final int ROWS = 2, VOCABULARY = 23;
    private static final Map<String, MixerConfig> MIXERS = Map.of(
            "selective", new MixerConfig.Selective(12, 24, 5, 4, 2, true, true),
            "duality", new MixerConfig.Duality(12, 24, 7, 4, 6, 1, 0, Double.POSITIVE_INFINITY, false, true, 1e-5),
            "groups and limits", new MixerConfig.Duality(12, 24, 5, 3, 6, 3, 0.2, 0.7, true, false, 1e-5));

    static Stream<Arguments> sequences() {
        List<Arguments> all = new ArrayList<>();
        for (String mixer : MIXERS.keySet().stream().sorted().toList()) {
            for (int frames : new int[] {1, 3, 150, 300}) {
                for (int chunk : new int[] {1, 7, 64, 256}) all.add(Arguments.of(mixer, frames, chunk));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void chunksGiveTheBitsOfTheWhole(String mixer, int frames, int chunk) {
        MambaConfig config = new MambaConfig(VOCABULARY, 2, 1e-5, MIXERS.get(mixer));
        Weights weights = weights(config);
        int[][] ids = ids(frames);
        for (Backend backend : List.of(new CpuBackend(2, false), new CpuBackend(2, true))) {
            try (backend; var once = new MambaLm(config, backend, weights, ROWS); var often = new MambaLm(config, backend, weights, ROWS)) {
                Outcome whole = once.next(ids, frames), parts = often.next(ids, chunk);
                assertArrayEquals(whole.logits().floats(), parts.logits().floats());
                assertArrayEquals(whole.hidden().floats(), parts.hidden().floats());
                for (int layer = 0; layer < 2; layer++) {
                    assertArrayEquals(once.state(layer).floats(), often.state(layer).floats());
                    assertArrayEquals(once.window(layer).floats(), often.window(layer).floats());
                }
            }
        }
    }

    @Test
    void theReferenceInterpreterAgrees() {
        int[][] ids = ids(19);
        for (String mixer : MIXERS.keySet()) {
            MambaConfig config = new MambaConfig(VOCABULARY, 2, 1e-5, MIXERS.get(mixer));
            Weights weights = weights(config);
            try (Backend reference = new ReferenceBackend(); Backend cpu = new CpuBackend(2, false);
                    var exact = new MambaLm(config, reference, weights, ROWS); var fast = new MambaLm(config, cpu, weights, ROWS)) {
                float[] want = exact.next(ids, 19).logits().floats(), got = fast.next(ids, 7).logits().floats();
                for (int i = 0; i < want.length; i++) assertEquals(want[i], got[i], 2e-5 * Math.max(1, Math.abs(want[i])), mixer);
            }
        }
    }

    @Test
    void afterAResetASequenceBeginsAnew() {
        MambaConfig config = new MambaConfig(VOCABULARY, 2, 1e-5, MIXERS.get("duality"));
        try (Backend cpu = new CpuBackend(2, false); var lm = new MambaLm(config, cpu, weights(config), ROWS)) {
            float[] first = lm.next(ids(9), 4).logits().floats();
            Tensor on = lm.next(ids(9), 4).logits();
            assertTrue(!Arrays.equals(first, on.floats()));
            int[][] greedy = lm.likeliest(on, 3);
            assertEquals(3, greedy[1].length);
            lm.reset();
            assertArrayEquals(first, lm.next(ids(9), 4).logits().floats());
        }
    }

    @Test
    void rowsThatDoNotFitAreRefused() {
        MambaConfig config = new MambaConfig(VOCABULARY, 1, 1e-5, MIXERS.get("selective"));
        try (Backend cpu = new CpuBackend(2, false); var lm = new MambaLm(config, cpu, weights(config), ROWS)) {
            assertThrows(BadRequest.class, () -> lm.next(new int[][] {{1, 2}}, 2));
            assertThrows(BadRequest.class, () -> lm.next(new int[][] {{1, 2}, {1}}, 2));
            assertThrows(BadRequest.class, () -> lm.next(new int[][] {{1, 2}, {1, VOCABULARY}}, 2));
        }
    }

    @Test
    void numbersThatDoNotFitTogetherAreRefused() {
        Map<String, Object> right = new HashMap<>(Map.of("kind", "duality", "hidden", 8, "inner", 16, "states", 4, "taps", 4, "heads", 4, "groups", 2, "bias",
                false, "convolution_bias", true, "epsilon", 1e-5));
        assertEquals(24 + 16 + 8 + 4, MixerConfig.of(Json.of("x", right)).projected());
        for (Map.Entry<String, ?> wrong : Map.of("heads", 3, "groups", 3, "least", -1.0, "most", -1.0, "epsilon", 0.0, "taps", 1, "kind", "lstm").entrySet()) {
            Map<String, Object> changed = new HashMap<>(right);
            changed.put(wrong.getKey(), wrong.getValue());
            assertThrows(BadCheckpoint.class, () -> MixerConfig.of(Json.of("x", changed)), wrong.toString());
        }
    }

    private static Weights weights(MambaConfig config) {
        return new RandomWeights(5, "embedding", "taps").add(MambaLm.graph(config, 1, 1)).weights();
    }

    private static int[][] ids(int frames) {
        Random random = new Random(frames);
        return Stream.generate(() -> random.ints(frames, 0, VOCABULARY).toArray()).limit(ROWS).toArray(int[][]::new);
    }
}
