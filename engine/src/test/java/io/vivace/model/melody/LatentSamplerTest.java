package io.vivace.model.melody;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.Denoising.Schedule;
import io.vivace.DeviceFailed;
import io.vivace.Listener;
import io.vivace.Progress;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Graph;
import io.vivace.model.RandomWeights;
import io.vivace.model.Run;
import io.vivace.model.diffusion.SecondOrder;
import io.vivace.model.diffusion.Walk;
import io.vivace.model.melody.DenoisingGraphs.Size;
import io.vivace.model.melody.LatentSampler.Window;
import io.vivace.sample.Gaussian;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LatentSamplerTest {
    private static final int CHANNELS = 3;
    private static final MelodyConfig CONFIG = new MelodyConfig(null, null, new SemanticConfig(10, 6, 2, 3), null,
            new DiffusionConfig(CHANNELS, 12, 3, 4, 6, 8, 2, 1, 16, true, 2, 6, true, 2.5), null);
    private static final Weights WEIGHTS = weights();

    private final Recorder backend = new Recorder();
    private final LatentSampler sampler = new LatentSampler(CONFIG, backend, WEIGHTS);

    private static Weights weights() {
        var graphs = new DenoisingGraphs(CONFIG.diffusion(), CONFIG.semantic(), new Size(1, 6, 3));
        return new RandomWeights(3, "embedding").add(graphs.condition()).add(graphs.step(true)).weights();
    }

    @AfterEach void close() {
        sampler.close();
        backend.close();
    }

    /** A back end that notes what is compiled. */
    private static final class Recorder implements Backend {
        private final Backend cpu = new CpuBackend(2, false);
        private final List<String> compiled = new ArrayList<>();

        @Override public String description() {
            return cpu.description();
        }

        @Override public Session open(Weights weights) {
            Session session = cpu.open(weights);
            return new Session() {
                @Override public Program compile(Graph graph) {
                    compiled.add(graph.name());
                    return session.compile(graph);
                }

                @Override public void reset() {
                    session.reset();
                }

                @Override public void close() {
                    session.close();
                }
            };
        }

        @Override public void close() {
            cpu.close();
        }
    }

    private static float[] noise(int sample, int frames) {
        return Gaussian.frames(1, sample, 0, frames, CHANNELS);
    }

    private static Window window(int rows, boolean[] kept) {
        var start = new float[rows][];
        var tokens = new int[rows][];
        for (int i = 0; i < rows; i++) {
            start[i] = noise(i, 9);
            tokens[i] = new int[] {i, 2 * i + 1, 7, 3, 0};
        }
        return new Window(start, kept, tokens);
    }

    private float[][] sample(Window window, Walk walk) {
        return sampler.sample(window, walk, new Run(Listener.NONE, walk.steps()));
    }

    @Test void keptFramesAreLeftAsTheyAre() {
        var kept = new boolean[9];
        kept[0] = kept[4] = kept[5] = kept[8] = true;
        for (Walk walk : List.of(Walk.of(4, 2.5), Walk.of(4, 1).with(new SecondOrder()))) {
            Window window = window(2, kept);
            float[][] made = sample(window, walk);
            for (int i = 0; i < 9 * CHANNELS; i++) assertEquals(kept[i / CHANNELS], made[1][i] == window.start()[1][i], "element " + i);
        }
    }

    @Test void aClipDoesNotDependOnItsCompany() {
        for (Walk walk : List.of(Walk.of(3, 2.5), Walk.of(3, 1))) {
            Window both = window(2, null);
            float[][] together = sample(both, walk);
            for (int i = 0; i < 2; i++) {
                assertArrayEquals(together[i], sample(new Window(new float[][] {both.start()[i]}, null, new int[][] {both.tokens()[i]}), walk)[0], "clip " + i);
            }
        }
    }

    @Test void stepsSolversAndScalesShareTheirPrograms() {
        float[][] first = sample(window(1, null), Walk.of(3, 2.5));
        sample(window(1, new boolean[9]), Walk.of(8, 4).with(new SecondOrder()).with(Schedule.UNIFORM));
        assertEquals(List.of("melody.tokens", "melody.denoiser, guided"), backend.compiled);
        sample(window(1, null), Walk.of(2, 1));
        assertEquals(List.of("melody.tokens", "melody.denoiser, guided", "melody.denoiser"), backend.compiled);
        assertArrayEquals(first[0], sample(window(1, null), Walk.of(3, 2.5))[0], "nothing is left of other runs");
    }

    @Test void guidanceWithinNoStepIsNoGuidance() {
        Window window = window(1, null);
        assertArrayEquals(sample(window, Walk.of(4, 1))[0], sample(window, Walk.of(4, 2.5).guidedWithin(0.5, 0.5))[0]);
        assertFalse(backend.compiled.contains("melody.denoiser, guided"));
    }

    @Test void guidanceMayBeOnForSomeSteps() {
        Walk walk = Walk.of(10, 2.5).guidedWithin(0.2, 0.5);
        for (int i = 0; i < 10; i++) assertEquals(i >= 2 && i < 5, walk.guided(i), "step " + i);
        float[] some = sample(window(1, null), walk)[0];
        assertFalse(Arrays.equals(some, sample(window(1, null), Walk.of(10, 2.5))[0]));
        assertFalse(Arrays.equals(some, sample(window(1, null), Walk.of(10, 1))[0]));
    }

    @Test void aRunCanBeCancelledBetweenSteps() {
        var listener = new Listener() {
            private int steps;

            @Override public void progress(Progress progress) {
                steps++;
            }

            @Override public boolean cancelled() {
                return steps == 2;
            }
        };
        assertThrows(Cancelled.class, () -> sampler.sample(window(1, null), Walk.of(5, 2.5), new Run(listener, 5)));
        assertEquals(2, listener.steps);
    }

    @Test void latentsThatAreNoNumbersAreTold() {
        Window window = window(1, null);
        window.start()[0][5] = Float.NaN;
        var failure = assertThrows(DeviceFailed.class, () -> sample(window, Walk.of(2, 2.5)));
        assertTrue(failure.getMessage().contains("no finite numbers"), failure.getMessage());
        sample(window(1, null), Walk.of(2, 2.5));
    }

    @Test void passesAreCounted() {
        var run = new Run(Listener.NONE, 7);
        sampler.sample(window(2, null), Walk.of(7, 2.5), run);
        assertEquals(7, run.report(1).passes().get(Stage.DENOISE));
    }

    @Test void whatDoesNotFitIsRefused() {
        assertThrows(BadRequest.class, () -> sample(new Window(new float[][] {new float[7]}, null, new int[][] {{1}}), Walk.of(1, 1)));
        assertThrows(BadRequest.class, () -> sample(new Window(new float[][] {new float[6]}, null, new int[][] {{1}, {2}}), Walk.of(1, 1)));
        assertThrows(BadRequest.class, () -> sample(new Window(new float[][] {new float[6]}, new boolean[3], new int[][] {{1}}), Walk.of(1, 1)));
        assertThrows(BadRequest.class, () -> sample(new Window(new float[][] {new float[6]}, null, new int[][] {{10}}), Walk.of(1, 1)));
        assertThrows(BadRequest.class, () -> Walk.of(0, 1));
        assertThrows(BadRequest.class, () -> Walk.of(Walk.MOST + 1, 1));
        assertThrows(BadRequest.class, () -> Walk.of(3, Double.NaN));
        assertThrows(BadRequest.class, () -> Walk.of(3, 2).guidedWithin(0.6, 0.4));
    }

    @Test void bytesGrowWithWhatIsRun() {
        long plain = LatentSampler.bytes(CONFIG, 1, 12, 6, false, true), guided = LatentSampler.bytes(CONFIG, 1, 12, 6, true, false);
        assertTrue(plain > 0 && plain < guided);
        assertTrue(LatentSampler.bytes(CONFIG, 1, 12, 6, true, true) > guided);
    }

    /** 12 frames a window, 4 from one to the next: 12 + 4 + 2 frames for 18. */
    @Test void windowsHandOnEveryFrameOnce() {
        var made = new float[18 * CHANNELS];
        var pieces = new ArrayList<String>();
        var ends = new LatentWindows.Ends() {
            @Override public float[][] noise(int from, int count) {
                return new float[][] {Gaussian.frames(1, 0, from, count, CHANNELS)};
            }

            @Override public int[][] tokens(int from, int count) {
                int[] tokens = new int[count];
                Arrays.setAll(tokens, i -> (from + i) % 10);
                return new int[][] {tokens};
            }

            @Override public void latents(int from, int count, float[][] latents) {
                pieces.add(from + "+" + count);
                System.arraycopy(latents[0], 0, made, from * CHANNELS, count * CHANNELS);
            }
        };
        var windows = new LatentWindows(CONFIG, sampler, 1, ends);
        windows.walk(CONFIG.semantic(), 18, Walk.of(3, 2.5), new Run(Listener.NONE, 9));
        assertEquals(List.of("0+12", "12+4", "16+2"), pieces);
        float[] longer = made.clone();
        windows.walk(CONFIG.semantic(), 12, Walk.of(3, 2.5), new Run(Listener.NONE, 3));
        assertArrayEquals(longer, made, "a shorter clip is the beginning of a longer one");
        windows.walk(CONFIG.semantic(), 5, Walk.of(3, 2.5), new Run(Listener.NONE, 3));
        assertEquals("0+5", pieces.getLast());
    }
}
