package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.Backend;
import io.vivace.backend.EmulatedDevice;
import io.vivace.backend.Program;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.graph.Activation;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decoder's step on the CUDA back end: how many kernels it launches, and that operations which share a launch give the bits that they give apart. */
class CudaStepTest {
    private static final int LAYERS = 2, HEADS = 2, VOCABULARY = 24, CODEBOOKS = 2, COLUMNS = 140;
    /** Where the first step stands: the third has keys in a second chunk. */
    private static final int POSITION = 62, STEPS = 3;
    private static final int[] SIZES = {64, 80, 96, 128}, TEXTS = {1, 7, 70};

    @BeforeEach
    void restart() {
        EmulatedDevice.restart();
    }

    @AfterEach
    void nothingIsLeft() {
        EmulatedDevice.assertNothingIsLeft();
    }

    private static DecoderConfig config(int size) {
        return new DecoderConfig(VOCABULARY, HEADS * size, LAYERS, HEADS, 3 * size, CODEBOOKS, 1, Activation.GELU_ERF, 2048, VOCABULARY, true);
    }

    private static Graph step(int size, Layout layout) {
        return new Decoder(config(size), layout).step(1, 1, false);
    }

    /** Everything that the steps' program gives and leaves behind, as the bits of each. */
    private static Map<String, List<Integer>> run(Backend backend, Storage storage, Graph graph) {
        Map<String, List<Integer>> all = new LinkedHashMap<>();
        try (Backend.Session session = backend.open(weights(graph, storage))) {
            Program program = session.compile(graph);
            for (Value state : graph.leaves(Value.Kind.STATE)) program.set(state.name(), start(state));
            for (int i = 0; i < STEPS; i++) {
                program.run();
                all.put("logits " + i, bits(program.get("logits")));
                all.put("tokens " + i, bits(program.get("tokens")));
            }
            for (Value state : graph.leaves(Value.Kind.STATE)) all.put(state.name(), bits(program.get(state.name())));
        }
        return all;
    }

    private static List<Integer> bits(Tensor tensor) {
        if (tensor.dtype() == DType.INT32) return Arrays.stream(tensor.ints()).boxed().toList();
        List<Integer> bits = new ArrayList<>();
        for (float value : tensor.floats()) bits.add(Float.floatToRawIntBits(value));
        return bits;
    }

    private static MemoryWeights weights(Graph graph, Storage storage) {
        var weights = new MemoryWeights();
        for (Value weight : graph.leaves(Value.Kind.WEIGHT)) {
            int[] dims = weight.shape().toArray();
            boolean matrix = dims.length == 2 && !weight.name().contains("embedding");
            float[] values = InventingBackend.numbers(weight.name(), weight.shape().size(), matrix ? 1.3 / Math.sqrt(dims[1]) : 1);
            if (matrix) weights.matrix(weight.name(), storage, dims[0], dims[1], values);
            else weights.table(weight.name(), Storage.FLOAT32, dims, values);
        }
        return weights;
    }

    /** What a state holds before the first step. */
    private static Tensor start(Value state) {
        Shape shape = state.shape();
        var random = new Random(state.name().hashCode());
        return switch (state.name()) {
            case "position", "column" -> Tensor.of(shape, POSITION);
            case "draw" -> Tensor.of(shape, 0);
            case "forced" -> ints(shape, -1, random);
            case "codes" -> ints(shape, VOCABULARY, random);
            case "text.keep" -> Tensor.of(shape, random.ints(shape.size(), 0, 4).map(x -> x == 0 ? 0 : 1).toArray());
            case "settings" -> settings(shape);
            default -> state.dtype() == DType.INT32 ? ints(shape, 1000, random)
                    : Tensor.of(shape, InventingBackend.numbers(state.name(), shape.size(), 1));
        };
    }

    /** Numbers below a bound, or the bound itself where it is negative. */
    private static Tensor ints(Shape shape, int bound, Random random) {
        int[] values = new int[shape.size()];
        for (int i = 0; i < values.length; i++) values[i] = bound < 0 ? bound : random.nextInt(bound);
        return Tensor.of(shape, values);
    }

    private static Tensor settings(Shape shape) {
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i += 3) {
            values[i] = 1;
            values[i + 1] = 9;
        }
        return Tensor.of(shape, values);
    }

    /** Batches of 1 to 4 with heads of every size, guided and not, with one text token, with some, with several chunks of them. */
    @ParameterizedTest
    @CsvSource({"false, FLOAT32", "false, BFLOAT16", "false, INT8", "true, FLOAT32", "true, BFLOAT16", "true, INT8"})
    void operationsGiveTheSameBitsTogetherAndApart(boolean narrow, Storage storage) {
        try (Backend together = new CudaBackend(0, narrow); Backend apart = CudaBackend.apart(narrow)) {
            for (int batch = 1; batch <= 4; batch++) {
                for (boolean guided : new boolean[] {false, true}) {
                    int text = TEXTS[(batch + (guided ? 1 : 0)) % TEXTS.length], size = SIZES[(batch + storage.ordinal()) % SIZES.length];
                    Graph graph = step(size, new Layout(batch, guided, text, 0, COLUMNS));
                    Map<String, List<Integer>> expected = run(apart, storage, graph), actual = run(together, storage, graph);
                    expected.forEach((name, bits) -> assertEquals(bits, actual.get(name), () -> name + " of " + graph.name() + ", heads of " + size
                            + ", batch " + batch(graph) + ", " + text + " text tokens"));
                }
            }
        }
    }

    private static int batch(Graph graph) {
        return graph.outputs().get("tokens").shape().at(0);
    }

    /** Embedding, heads, guidance, choice and counters stand around the layers, each a launch. */
    @Test
    void aLayerIsFourLaunches() {
        for (boolean narrow : new boolean[] {false, true}) {
            for (int batch : new int[] {1, 4}) {
                for (int text : TEXTS) {
                    for (boolean guided : new boolean[] {false, true}) {
                        long launches = launches(narrow, new Layout(batch, guided, text, 0, COLUMNS));
                        String which = launches + " launches for " + LAYERS + " layers, batch " + batch + ", " + text + " text tokens";
                        assertTrue(launches <= 5 * LAYERS + 5, which);
                        assertEquals(4 * LAYERS + (guided ? 5 : 4), launches, which);
                    }
                }
            }
        }
    }

    /** Of the third step, which is one launch of a captured graph. */
    private static long launches(boolean narrow, Layout layout) {
        Graph graph = step(16, layout);
        try (Backend backend = new CudaBackend(0, narrow); Backend.Session session = backend.open(weights(graph, Storage.FLOAT32))) {
            Program program = session.compile(graph);
            for (Value state : graph.leaves(Value.Kind.STATE)) program.set(state.name(), start(state));
            program.run();
            program.run();
            program.get("tokens");
            long before = EmulatedDevice.account("launches"), graphs = EmulatedDevice.account("graph launches");
            program.run();
            program.get("tokens");
            assertEquals(1, EmulatedDevice.account("graph launches") - graphs);
            return EmulatedDevice.account("launches") - before;
        }
    }
}
