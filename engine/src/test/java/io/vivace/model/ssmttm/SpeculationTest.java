package io.vivace.model.ssmttm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.backend.Backend;
import io.vivace.backend.Cuda;
import io.vivace.backend.Program;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.draft.Draft;
import io.vivace.draft.Speculator;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.TokenSettings;
import io.vivace.model.ssmttm.PromptPass.Prompted;
import io.vivace.nn.TokenColumns;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several columns a pass, and state-space layers that go back where some were wrong: the same columns, bit for bit. */
class SpeculationTest {
    private static final Backend CPU = new CpuBackend(2, false), SCALAR = new CpuBackend(1, true);
    private static final Storage[] STORAGES = {Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8};

    /** What a run gave, and what it took. */
    private record Outcome(int[][][] columns, int passes) {}

    private static Outcome run(TinyLm tiny, Layout layout, Draft draft, Backend backend, TokenSettings settings, Prompted[] prompts, boolean strict,
            int... counts) {
        var columns = new int[layout.batch()][tiny.config().codebooks()][0];
        int passes = 0;
        try (var session = new LmSession(tiny.config(), layout, draft, backend, tiny.weights())) {
            // The second clip finds what the first one left behind.
            for (int count : counts) {
                session.start(settings, 2.5, prompts, strict);
                columns = new int[layout.batch()][tiny.config().codebooks()][0];
                passes = 0;
                for (int made = 0; made < count; passes++) {
                    made += session.step(count - made);
                    if (session.full() || made == count) append(columns, session.fetch());
                }
            }
        }
        return new Outcome(columns, passes);
    }

    private static void append(int[][][] columns, int[][][] fresh) {
        for (int b = 0; b < columns.length; b++) {
            for (int k = 0; k < columns[b].length; k++) {
                int[] own = columns[b][k];
                columns[b][k] = Arrays.copyOf(own, own.length + fresh[b][k].length);
                System.arraycopy(fresh[b][k], 0, columns[b][k], own.length, fresh[b][k].length);
            }
        }
    }

    private static TokenSettings settings(Random random, int batch) {
        double[] temperatures = {0, 0, 0.2, 0.7, 1}, topP = {0, 0.4, 0.9};
        int[] topK = {0, 1, 3, 250};
        return TokenSettings.of(IntStream.range(0, batch).mapToObj(i -> Request.of("").withSeed(random.nextLong()).withSample(random.nextInt(9))
                .withTemperature(temperatures[random.nextInt(5)]).withTopK(topK[random.nextInt(4)]).withTopP(topP[random.nextInt(3)])).toList());
    }

    /** Returns passes that were saved. */
    private static int draftsChangeNothing(Backend backend, int runs, int longest, long seed) {
        var random = new Random(seed);
        int saved = 0;
        for (int i = 0; i < runs; i++) {
            Block block = Block.ALL.get(i % Block.ALL.size());
            TinyLm tiny = TinyLm.random(random, block, STORAGES[i % 3]);
            int batch = 1 + random.nextInt(3), count = 2 + random.nextInt(longest);
            Layout layout = tiny.layout(batch, random.nextBoolean(), 3 + random.nextInt(3), count);
            TokenSettings settings = settings(random, batch);
            Prompted[] prompts = tiny.prompts(random, backend, layout);
            Outcome plain = run(tiny, layout, null, backend, settings, prompts, true, count);
            assertEquals(count, plain.passes);
            for (Speculation speculation : List.of(Speculation.NGRAM, Speculation.JACOBI)) {
                Outcome tried = run(tiny, layout, Draft.of(speculation, 0), backend, settings, prompts, true, 1 + count / 2, count);
                assertTrue(Arrays.deepEquals(plain.columns, tried.columns), speculation + " of " + tiny.config() + ", run " + i);
                saved += plain.passes - tried.passes;
            }
        }
        return saved;
    }

    @Test
    void draftsChangeNothing() {
        assertTrue(draftsChangeNothing(CPU, 120, 150, 1) > 0);
        assertTrue(draftsChangeNothing(SCALAR, 20, 90, 2) > 0);
    }

    @Test
    void draftsChangeNothingOnTheCudaBackEnd() {
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = Cuda.open(narrow)) {
                draftsChangeNothing(cuda, Block.ALL.size(), 12, 3);
            }
        }
    }

    /** Guesses are right from when the ids were seen before, across the blocks in which the host looks, and beyond what it remembers. */
    @ParameterizedTest
    @CsvSource({"1, 300", "2, 300", "1, 5000"})
    void aLoopIsGuessed(int codebooks, int count) {
        TinyLm tiny = TinyLm.loop(16, codebooks);
        Layout layout = tiny.layout(1, true, 3, count);
        Prompted[] prompts = tiny.prompts(new Random(1), CPU, layout);
        Outcome tried = run(tiny, layout, Draft.of(Speculation.AUTO, 0), CPU, TokenSettings.greedy(1), prompts, false, count);
        for (int[] codes : tried.columns[0]) for (int i = 0; i < count; i++) assertEquals(i % 16, codes[i]);
        int seen = 16 + 1, block = MusicLm.BLOCK;
        assertEquals(seen + Math.ceilDiv(block - seen, 4) + Math.ceilDiv(count - block, 4), tried.passes);
    }

    /** A step of up to four columns and steps of one: the same logits and states; and where the first of four are taken again, the states of so many steps. */
    @Test
    void bitsDoNotDependOnTheCompany() {
        var random = new Random(8);
        for (int i = 0; i < 60; i++) sameBits(TinyLm.random(random, Block.ALL.get(i % Block.ALL.size()), STORAGES[i % 3]), i % 2 == 0 ? CPU : SCALAR, random);
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = Cuda.open(narrow)) {
                for (int i = 0; i < 2 * Block.ALL.size(); i++) {
                    sameBits(TinyLm.random(random, Block.ALL.get(i % Block.ALL.size()), STORAGES[random.nextInt(3)]), cuda, random);
                }
            }
        }
    }

    private static void sameBits(TinyLm tiny, Backend backend, Random random) {
        int columns = 2 * Speculator.MOST, batch = 1 + random.nextInt(3);
        Layout layout = tiny.layout(batch, random.nextBoolean(), 3, columns);
        Prompted[] prompts = tiny.prompts(random, backend, layout);
        Shape shape = Shape.of(batch, MusicLm.BLOCK + 1, tiny.config().codebooks());
        Tensor codes = Tensor.of(shape, random.ints(shape.size(), 0, tiny.config().vocabulary()).toArray());
        float[][] logits = new float[columns][], states = new float[columns][];
        var lm = new MusicLm(tiny.config(), layout);
        for (int together = 1; together <= Speculator.MOST; together++) {
            String who = together + " columns of " + tiny.config() + " on " + backend.description();
            try (Backend.Session session = backend.open(tiny.weights())) {
                Graph graph = lm.step(together);
                Program step = begun(session, graph, tiny.config(), layout, prompts, codes);
                for (int last = together - 1; last < columns; last += together) {
                    step.run();
                    if (together == 1) logits[last] = step.get("logits").floats();
                    if (together == 1) states[last] = states(step, graph);
                    assertArrayEquals(logits[last], step.get("logits").floats(), who);
                    assertArrayEquals(states[last], states(step, graph), who);
                }
            }
        }
        if (!tiny.config().has(Block.Part.MIXER)) return;
        for (int right = 1; right < Speculator.MOST; right++) {
            try (Backend.Session session = backend.open(tiny.weights())) {
                begun(session, lm.step(Speculator.MOST), tiny.config(), layout, prompts, codes).run();
                Graph graph = lm.again(right);
                Program again = session.compile(graph);
                again.run();
                assertArrayEquals(states[right - 1], states(again, graph), right + " again of " + tiny.config() + " on " + backend.description());
            }
        }
    }

    /** Columns are given, so that steps take them whatever they draw. */
    private static Program begun(Backend.Session session, Graph graph, LmConfig config, Layout layout, Prompted[] prompts, Tensor codes) {
        Program program = session.compile(graph);
        for (Value state : graph.leaves(Value.Kind.STATE)) {
            if (prompts[0].states().containsKey(state.name())) program.set(state.name(), PromptPass.joined(state.name(), prompts, state.shape()));
        }
        int offset = config.crossAttention() ? 0 : layout.text();
        if (config.selfAttention()) program.set(Layer.POSITION, Tensor.of(Shape.of(1), offset));
        if (layout.guided()) program.set("guidance", Tensor.of(Shape.of(1), 2.5f));
        TokenSettings greedy = TokenSettings.greedy(layout.batch());
        program.set(TokenColumns.SETTINGS, greedy.rows()).set(TokenColumns.KEYS, greedy.keys()).set(TokenColumns.TOKENS, codes).set(TokenColumns.GIVEN, codes);
        var allowed = new int[config.codebooks() * config.vocabulary()];
        Arrays.fill(allowed, 1);
        program.set("allowed", Tensor.of(Shape.of(1, 1, config.codebooks(), config.vocabulary()), allowed));
        return program.set("positions", Sinusoids.of(offset, MusicLm.BLOCK, config.hidden()));
    }

    /** All that state-space layers remember. */
    private static float[] states(Program program, Graph graph) {
        float[] all = {};
        for (String name : graph.leaves(Value.Kind.STATE).stream().map(Value::name).sorted().toList()) {
            if (!name.endsWith("mixer.state") && !name.endsWith("mixer.window")) continue;
            float[] own = program.get(name).floats();
            all = Arrays.copyOf(all, all.length + own.length);
            System.arraycopy(own, 0, all, all.length - own.length, own.length);
        }
        return all;
    }

    @AfterAll
    static void close() {
        CPU.close();
        SCALAR.close();
    }
}
