package io.vivace.model.melody;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.Listener;
import io.vivace.Progress;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Cuda;
import io.vivace.backend.Program;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.TokenSettings;
import io.vivace.model.melody.LmGraph.Layout;
import io.vivace.nn.TokenColumns;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SemanticLmTest {
    private static final Backend CPU = new CpuBackend(2, false), SCALAR = new CpuBackend(1, true);
    private static final Storage[] STORAGES = {Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8};

    /** What a run gave, and what it took. */
    private record Outcome(int[][] tokens, Report report) {}

    private static Outcome run(TinyLm tiny, Speculation speculation, Backend backend, int[][] prompts, TokenSettings settings, int... counts) {
        var run = new Run(Listener.NONE, counts[counts.length - 1]);
        try (var lm = new SemanticLm(tiny.config(), speculation, backend, tiny.weights())) {
            Generation generation = lm.begin(prompts, settings, counts[counts.length - 1]);
            int[][] tokens = null;
            for (int count : counts) tokens = generation.until(count, run);
            return new Outcome(tokens, run.report(1));
        }
    }

    private static List<Request> requests(Random random, int batch) {
        double[] temperatures = {0, 0.2, 0.7, 1, 1.5};
        int[] topK = {0, 1, 3, 250};
        double[] topP = {0, 0.4, 0.9};
        return IntStream.range(0, batch).mapToObj(i -> Request.of("").withSeed(random.nextLong()).withSample(random.nextInt(9))
                .withTemperature(temperatures[random.nextInt(5)]).withTopK(topK[random.nextInt(4)]).withTopP(topP[random.nextInt(3)])).toList();
    }

    /** Whatever is guessed: the tokens are those of one pass each, and every pass that is not taken is counted. */
    private static void draftsChangeNothing(Backend backend, int runs, int longest, long seed) {
        var random = new Random(seed);
        for (int i = 0; i < runs; i++) {
            TinyLm tiny = TinyLm.random(random, STORAGES[i % 3]);
            int batch = 1 + random.nextInt(3), count = 1 + random.nextInt(longest);
            int[][] prompts = tiny.prompts(random, batch);
            TokenSettings settings = TokenSettings.of(requests(random, batch));
            Outcome plain = run(tiny, Speculation.OFF, backend, prompts, settings, count);
            assertEquals(SemanticLm.passes(tiny.config(), count), withDecode(plain.report));
            for (Speculation speculation : Speculation.values()) {
                if (speculation == Speculation.OFF || speculation == Speculation.HEADS && tiny.config().lm().headsAhead() == 0) continue;
                Outcome tried = run(tiny, speculation, backend, prompts, settings, 1 + count / 2, count);
                assertTrue(Arrays.deepEquals(plain.tokens, tried.tokens), speculation + " of " + tiny.config() + ", run " + i);
                assertEquals(plain.report.allPasses() - tried.report.allPasses(), tried.report.savedPasses());
                assertEquals(plain.report.tokens(), tried.report.tokens());
            }
        }
    }

    private static Map<Stage, Long> withDecode(Report report) {
        var passes = new EnumMap<>(report.passes());
        passes.putIfAbsent(Stage.DECODE, 0L);
        return passes;
    }

    @Test
    void draftsChangeNothing() {
        draftsChangeNothing(CPU, 120, 90, 1);
        draftsChangeNothing(SCALAR, 20, 60, 2);
    }

    @Test
    void draftsChangeNothingOnTheCudaBackEnd() {
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = Cuda.open(narrow)) {
                draftsChangeNothing(cuda, 4, 20, 3);
            }
        }
    }

    @Test
    void aLoopIsGuessed() {
        TinyLm tiny = TinyLm.loop(16, 0);
        Outcome plain = run(tiny, Speculation.OFF, CPU, new int[][] {{1, 2}}, TokenSettings.greedy(1), 200);
        for (int i = 1; i < 200; i++) assertEquals((3 * plain.tokens[0][i - 1] + 1) % 16, plain.tokens[0][i]);
        Outcome tried = run(tiny, Speculation.NGRAM, CPU, new int[][] {{1, 2}}, TokenSettings.greedy(1), 200);
        assertArrayEquals(plain.tokens, tried.tokens);
        assertTrue(tried.report.savedPasses() > 100, tried.report.savedPasses() + " saved");
    }

    @Test
    void headsThatAreRightSaveAllButOneOfTheirPasses() {
        TinyLm tiny = TinyLm.loop(64, 3);
        Request request = Request.of("").withTemperature(0.05);
        for (TokenSettings settings : List.of(TokenSettings.greedy(2), TokenSettings.of(List.of(request, request.withSeed(4))))) {
            Outcome plain = run(tiny, Speculation.OFF, CPU, new int[][] {{1, 2}, {3, 0}}, settings, 50);
            Outcome tried = run(tiny, Speculation.HEADS, CPU, new int[][] {{1, 2}, {3, 0}}, settings, 50);
            assertArrayEquals(plain.tokens, tried.tokens);
            assertEquals(2 + Math.ceilDiv(48, 4), tried.report.allPasses());
        }
    }

    /** A model that says one token over and over: what was drawn from a wrong context is right. */
    @Test
    void jacobiFindsAFixedPoint() {
        TinyLm tiny = TinyLm.loop(15, 0);
        Outcome tried = run(tiny, Speculation.JACOBI, CPU, new int[][] {{1, 3}}, TokenSettings.greedy(1), 50);
        for (int token : tried.tokens[0]) assertEquals(7, token);
        assertEquals(1 + Math.ceilDiv(49, 4), tried.report.allPasses());
    }

    /** A pass of several tokens and as many passes of one: the same logits, bit for bit, on every back end. */
    @Test
    void logitsDoNotDependOnTheCompany() {
        var random = new Random(8);
        var backends = new ArrayList<>(List.of(CPU, SCALAR));
        for (int i = 0; i < 60; i++) {
            sameLogits(TinyLm.random(random, STORAGES[i % 3]), backends.get(i % 2), 1 + random.nextInt(3), 1 + random.nextInt(16), random);
        }
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = Cuda.open(narrow)) {
                for (int i = 0; i < 12; i++) sameLogits(TinyLm.random(random, STORAGES[i % 3]), cuda, 1 + random.nextInt(3), 2 + random.nextInt(3), random);
            }
        }
    }

    private static void sameLogits(TinyLm tiny, Backend backend, int batch, int together, Random random) {
        int columns = 2 * together + 7;
        var graph = new LmGraph(tiny.config(), new Layout(batch, columns));
        int[] ids = IntStream.range(0, batch * columns).map(i -> random.nextInt(tiny.config().vocabulary())).toArray();
        List<float[]> rows = new ArrayList<>(), alone = new ArrayList<>();
        for (int taken : new int[] {together, 1}) {
            try (Backend.Session session = backend.open(tiny.weights())) {
                Program program = session.compile(graph.logits(taken));
                program.set(LmGraph.ANGLES, LmGraph.angles(tiny.config().lm(), columns)).set(TokenColumns.TOKENS, Tensor.of(Shape.of(batch, columns, 1), ids));
                for (int at = 0; at < 2 * together; at += taken) {
                    program.run();
                    float[] logits = program.get("logits").floats();
                    int size = logits.length / batch / taken;
                    for (int f = 0; f < taken; f++) {
                        for (int b = 0; b < batch; b++) {
                            (taken == 1 && together > 1 ? alone : rows).add(Arrays.copyOfRange(logits, (b * taken + f) * size, (b * taken + f + 1) * size));
                        }
                    }
                }
            }
            if (together == 1) return;
        }
        for (int i = 0; i < rows.size(); i++) assertTrue(Arrays.equals(rows.get(i), alone.get(i)), "row " + i + " of " + together + " on " + backend.description());
    }

    /** Alone, in a batch, with other threads, asked for token by token: the same. */
    @Test
    void theCompanyDoesNotMatter() {
        var random = new Random(4);
        TinyLm tiny = TinyLm.random(random, Storage.INT8);
        int[][] prompts = tiny.prompts(random, 3);
        List<Request> requests = requests(random, 3);
        int[][] together = run(tiny, Speculation.OFF, CPU, prompts, TokenSettings.of(requests), 70).tokens;
        for (int b = 0; b < 3; b++) {
            int[][] own = {prompts[b]};
            TokenSettings settings = TokenSettings.of(List.of(requests.get(b)));
            assertArrayEquals(together[b], run(tiny, Speculation.OFF, CPU, own, settings, 70).tokens[0]);
            assertArrayEquals(together[b], run(tiny, Speculation.OFF, CPU, own, settings, IntStream.rangeClosed(1, 70).toArray()).tokens[0]);
            assertArrayEquals(Arrays.copyOf(together[b], 11), run(tiny, Speculation.OFF, CPU, own, settings, 11).tokens[0]);
        }
    }

    @Test
    void promptsThatTheQuantiserDoesNotHaveAreRefused() {
        TinyLm tiny = TinyLm.loop(16, 0);
        try (var lm = new SemanticLm(tiny.config(), Speculation.OFF, CPU, tiny.weights())) {
            refused(lm, "hold 4, but the model knows 0 to 3", new int[] {1, 4});
            refused(lm, "hold -1", new int[] {-1, 0});
            refused(lm, "takes one for each of its 2 levels", new int[] {1, 2, 3});
            refused(lm, "give at least one");
        }
        assertTrue(assertThrows(BadRequest.class, () -> new SemanticLm(tiny.config(), Speculation.HEADS, CPU, tiny.weights())).getMessage().contains("no further heads"));
    }

    private static void refused(SemanticLm lm, String says, int[]... prompts) {
        String message = assertThrows(BadRequest.class, () -> lm.begin(prompts, TokenSettings.greedy(1), 5)).getMessage();
        assertTrue(message.contains(says), message);
    }

    @Test
    void aCancelledRunEndsAndTheNextIsRight() {
        var random = new Random(6);
        TinyLm tiny = TinyLm.random(random, Storage.FLOAT32);
        int[][] prompts = tiny.prompts(random, 1);
        try (var lm = new SemanticLm(tiny.config(), Speculation.OFF, CPU, tiny.weights())) {
            int[][] right = lm.begin(prompts, TokenSettings.greedy(1), 40).until(40, new Run(Listener.NONE, 40));
            var listener = new Listener() {
                private long done;

                @Override
                public void progress(Progress progress) {
                    done = progress.done();
                }

                @Override
                public boolean cancelled() {
                    return done == 30;
                }
            };
            assertThrows(Cancelled.class, () -> lm.begin(prompts, TokenSettings.greedy(1), 40).until(40, new Run(listener, 40)));
            assertArrayEquals(right, lm.begin(prompts, TokenSettings.greedy(1), 40).until(40, new Run(Listener.NONE, 40)));
        }
    }

    @Test
    void thePlanCoversTheStates() {
        MelodyConfig config = TinyLm.config(new int[] {2, 4}, new int[] {16, 50, 3, 4}, new int[] {32, 64, 2, 2, 3});
        SemanticLm.Bytes plain = SemanticLm.bytes(config, Speculation.OFF, 1, 60), tried = SemanticLm.bytes(config, Speculation.AUTO, 1, 60);
        assertEquals(plain.state(), tried.state());
        assertTrue(tried.activations() > plain.activations());
        assertTrue(SemanticLm.bytes(config, Speculation.OFF, 4, 60).state() > 3 * plain.state());
    }

    @AfterAll
    static void close() {
        CPU.close();
        SCALAR.close();
    }
}
