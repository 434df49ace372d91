package io.vivace.model.discodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.Listener;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.RandomWeights;
import io.vivace.model.Run;
import io.vivace.model.dac.Dac;
import io.vivace.model.dac.DacConfig;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The second stage over clips of any length, and its bad input. */
class DiscoDiffTest {
    private static final Backend CPU = new CpuBackend(2, false);
    private static final DiscoDiffConfig CONFIG = config();
    private static final DacConfig CODEC = DacConfig.of(Json.of("config", Map.of("sample_rate", 100, "encoder_width", 2, "encoder_rates", new int[] {2},
            "decoder_width", 4, "decoder_rates", new int[] {2}, "latent", 4, "codebooks", 3, "codebook_size", 16, "codebook_dim", 2)));
    private static final Weights WEIGHTS = weights();

    static DiscoDiffConfig config(Object... changes) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("codebooks", 3);
        members.put("codebook_dim", 2);
        members.put("width", 12);
        members.put("multipliers", new int[] {1, 2});
        members.put("head_dim", 4);
        members.put("text", 5);
        members.put("chroma", 3);
        members.put("frames", 32);
        members.put("steps", 20);
        members.put("guidance", 2.0);
        members.put("prediction", "velocity");
        members.put("means", new double[] {0.1, 0.2, 0.3});
        members.put("deviations", new double[] {2, 3, 4});
        for (int i = 0; i < changes.length; i += 2) members.put((String) changes[i], changes[i + 1]);
        return DiscoDiffConfig.of(Json.of("config", members));
    }

    private static Weights weights() {
        var graphs = new Denoising(CONFIG, new Denoising.Size(1, 32, 4, 0, true));
        Graph codec = Graph.named("codec");
        for (int q = 0; q < 3; q++) codec.weight("codec.quantizers." + q + ".codebook", 16, 2);
        return new RandomWeights(3, "codebook").add(graphs.times()).add(graphs.conditions()).add(graphs.step(true)).add(codec).weights();
    }

    private static Tensor normal(long seed, int... extents) {
        Random random = new Random(seed);
        float[] numbers = new float[Shape.of(extents).size()];
        for (int i = 0; i < numbers.length; i++) numbers[i] = (float) random.nextGaussian();
        return Tensor.of(Shape.of(extents), numbers);
    }

    /** Numbers that depend on clip, draw and frame alone. */
    private static Noise noise(int firstClip) {
        return (draw, frame, shape) -> {
            float[] all = new float[shape.size()];
            for (int i = 0; i < shape.at(0) * shape.at(1); i++) {
                long seed = (draw * 1000L + frame + i % shape.at(1)) * 10 + firstClip + i / shape.at(1);
                System.arraycopy(normal(seed * 7919, shape.last()).floats(), 0, all, i * shape.last(), shape.last());
            }
            return Tensor.of(shape, all);
        };
    }

    private static int[][] codes(int clips, int frames) {
        Random random = new Random(frames);
        return IntStream.range(0, clips).mapToObj(_ -> random.ints(frames, 0, 16).toArray()).toArray(int[][]::new);
    }

    private static Run run() {
        return new Run(Listener.NONE, 1000);
    }

    private static Conditions rows(Conditions all, int from, int to) {
        int row = all.text().shape().at(1) * 5;
        return new Conditions(Tensor.of(all.text().shape().with(0, to - from), Arrays.copyOfRange(all.text().floats(), from * row, to * row)), null);
    }

    @Test
    void pushesOfAnySizeAndClipsAloneGiveTheSameCodes() {
        var text = new Conditions(normal(1, 2, 4, 5), null);
        try (var stage = new DiscoDiff(CONFIG, CPU, WEIGHTS); var codec = new Dac(CODEC, CPU, WEIGHTS)) {
            for (int frames : new int[] {1, 7, 32, 33, 56, 57, 90}) {
                for (Walk walk : List.of(Walk.of(3, CONFIG), Walk.ancestral(CONFIG))) {
                    if (walk.solver() == Solver.ANCESTRAL && frames > 33) continue;
                    int[][] first = codes(2, frames);
                    Run run = run();
                    int[][][] whole = stage.complete(codec, first, text, noise(0), walk, run);
                    assertEquals(DiscoDiff.passes(CONFIG, frames, walk), run.report(1).passes().get(Stage.DENOISE));
                    for (int row = 0; row < 2; row++) {
                        assertArrayEquals(first[row], whole[row][0]);
                        for (int[] book : whole[row]) assertEquals(frames, book.length);
                    }
                    Completion completion = stage.completion(codec, 2, text, noise(0), walk);
                    int[][][] pieces = new int[2][3][0];
                    for (int t = 0; t < frames; t += 5) {
                        int from = t, to = Math.min(frames, t + 5);
                        int[][] more = Arrays.stream(first).map(row -> Arrays.copyOfRange(row, from, to)).toArray(int[][]::new);
                        pieces = Completion.joined(pieces, completion.push(more, run()));
                    }
                    assertArrayEquals(whole, Completion.joined(pieces, completion.finish(run())), frames + " frames");
                    int[][][] alone = stage.complete(codec, new int[][] {first[1]}, rows(text, 1, 2), noise(1), walk, run());
                    assertArrayEquals(whole[1], alone[0]);
                }
            }
        }
    }

    @Test
    void conditionsAndKnownFramesAreHeard() {
        try (var stage = new DiscoDiff(CONFIG, CPU, WEIGHTS)) {
            Tensor start = normal(2, 1, 32, 6);
            var text = new Conditions(normal(1, 1, 4, 5), null);
            Walk walk = Walk.of(4, CONFIG), plain = new Walk(4, Solver.MULTISTEP, 1);
            float[] got = stage.sample(start, null, 0, text, noise(0), walk, run()).floats();
            assertArrayEquals(got, stage.sample(start, null, 0, text, noise(0), walk, run()).floats());
            List<Tensor> others = List.of(stage.sample(start, normal(3, 1, 5, 4), 0, text, noise(0), walk, run()),
                    stage.sample(start, null, 0, text, noise(0), plain, run()),
                    stage.sample(start, null, 0, new Conditions(normal(9, 1, 4, 5), null), noise(0), walk, run()),
                    stage.sample(start, null, 0, new Conditions(text.text(), normal(4, 1, 8, 3)), noise(0), walk, run()));
            for (Tensor other : others) assertFalse(Arrays.equals(got, other.floats()));
            for (int t = 0; t < 32; t++) for (int c = 0; c < 2; c++) assertEquals(start.floats()[t * 6 + c], got[t * 6 + c]);
        }
    }

    /** The original adds nothing to rows of nothing: chroma of nothing is what no chroma is. */
    @Test
    void noChromaIsTheNullVectorHoweverOften() {
        try (var stage = new DiscoDiff(CONFIG, CPU, WEIGHTS)) {
            Value nothing = new Unet(CONFIG, Graph.named("names")).nullContext(DiscoDiffConfig.CHROMA);
            float[] vector = WEIGHTS.floats("second.null.chroma"), twice = new float[2 * nothing.shape().last()];
            for (int i = 0; i < twice.length; i++) twice[i] = vector[i % vector.length];
            Tensor start = normal(2, 1, 16, 6), text = normal(1, 1, 4, 5);
            float[] want = stage.sample(start, null, 0, new Conditions(text, null), noise(0), Walk.of(2, CONFIG), run()).floats();
            float[] got = stage.sample(start, null, 0, new Conditions(text, Tensor.of(Shape.of(1, 2, 3), twice)), noise(0), Walk.of(2, CONFIG), run()).floats();
            for (int i = 0; i < want.length; i++) assertEquals(want[i], got[i], 1e-4f);
        }
    }

    @Test
    void memoryDoesNotGrowWithTheClip() {
        Walk walk = Walk.ancestral(CONFIG);
        assertEquals(DiscoDiff.bytes(CONFIG, 1, 40, 4, 0, walk), DiscoDiff.bytes(CONFIG, 1, 100_000, 4, 0, walk));
        assertTrue(DiscoDiff.bytes(CONFIG, 1, 4, 4, 0, walk) < DiscoDiff.bytes(CONFIG, 1, 40, 4, 0, walk));
        assertEquals(20, DiscoDiff.passes(CONFIG, 32, walk));
        assertEquals(40, DiscoDiff.passes(CONFIG, 33, walk));
        assertEquals(0, DiscoDiff.passes(CONFIG, 0, walk));
    }

    @Test
    void aRunThatIsCancelledEndsBeforeTheNextStep() {
        try (var stage = new DiscoDiff(CONFIG, CPU, WEIGHTS)) {
            int[] steps = {0};
            Run run = new Run(new Listener() {
                @Override
                public boolean cancelled() {
                    return steps[0]++ == 2;
                }
            }, 4);
            var text = new Conditions(normal(1, 1, 4, 5), null);
            assertThrows(Cancelled.class, () -> stage.sample(normal(2, 1, 16, 6), null, 0, text, noise(0), Walk.of(4, CONFIG), run));
            assertEquals(2, run.report(1).passes().get(Stage.DENOISE));
        }
    }

    @Test
    void badInputIsRefused() {
        var text = new Conditions(normal(1, 1, 4, 5), null);
        try (var stage = new DiscoDiff(CONFIG, CPU, WEIGHTS); var codec = new Dac(CODEC, CPU, WEIGHTS)) {
            Walk walk = Walk.of(2, CONFIG);
            assertThrows(BadRequest.class, () -> stage.sample(normal(1, 1, 15, 6), null, 0, text, noise(0), walk, run()));
            assertThrows(BadRequest.class, () -> stage.sample(normal(1, 1, 16, 5), null, 0, text, noise(0), walk, run()));
            assertThrows(BadRequest.class, () -> stage.sample(normal(1, 2, 16, 6), null, 0, text, noise(0), walk, run()));
            assertThrows(BadRequest.class, () -> stage.sample(normal(1, 1, 16, 6), null, 0, new Conditions(normal(1, 1, 4, 6), null), noise(0), walk, run()));
            var wide = new Conditions(text.text(), normal(1, 1, 4, 2));
            assertThrows(BadRequest.class, () -> stage.sample(normal(1, 1, 16, 6), null, 0, wide, noise(0), walk, run()));
            assertThrows(BadRequest.class, () -> stage.complete(codec, new int[][] {{16}}, text, noise(0), walk, run()));
            assertThrows(BadRequest.class, () -> stage.completion(codec, 0, text, noise(0), walk));
            assertThrows(BadRequest.class, () -> stage.sample(normal(1, 1, 16, 6), null, 0, text, noise(0), new Walk(5, Solver.ANCESTRAL, 2), run()));
            assertThrows(BadRequest.class, () -> stage.sample(normal(1, 1, 16, 6), null, 0, text, noise(0), new Walk(21, Solver.MULTISTEP, 2), run()));
            assertThrows(BadRequest.class, () -> new Walk(5, Solver.MULTISTEP, Double.NaN));
            Completion completion = stage.completion(codec, 1, text, noise(0), walk);
            assertEquals(0, completion.finish(run())[0][2].length);
            assertThrows(IllegalStateException.class, () -> completion.finish(run()));
        }
        assertThrows(BadCheckpoint.class, () -> config("width", 10));
        assertThrows(BadCheckpoint.class, () -> config("multipliers", new int[0]));
        assertThrows(BadCheckpoint.class, () -> config("means", new double[2]));
        assertThrows(BadCheckpoint.class, () -> config("deviations", new double[3]));
        assertThrows(BadCheckpoint.class, () -> config("prediction", "guess"));
    }

    @AfterAll
    static void close() {
        CPU.close();
    }
}
