package io.vivace.model.nano;

import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.diffusion.Stepping;
import io.vivace.model.diffusion.Walk;
import io.vivace.nn.Recent;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;

/** Makes latents of noise and a score, a window at a time. One run of a program is one step; nothing returns to the host between. */
public final class LatentSampler implements AutoCloseable {
    /** Lengths of windows whose programs are kept: a whole window's and a last one's. */
    static final int LENGTHS = 2;

    /**
     * A window of latents to be made: whole segments.
     *
     * @param start    latents of the frames that are kept, then noise, [frames · channels]
     * @param kept     so many of the first frames stay as they are
     * @param features of its score, [2 · frames · FEATURES]
     */
    public record Window(float[] start, int kept, float[] features, Sheet sheet) {
        int frames() {
            return start.length / NanoConfig.LATENT;
        }
    }

    private final NanoConfig config;
    private final Backend backend;
    private final Weights weights;
    private final Recent<Integer, Space> spaces = new Recent<>(LENGTHS, Space::new, Space::close);

    public LatentSampler(NanoConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.backend = backend;
        this.weights = weights;
    }

    /**
     * Walks a window from noise to latents. Takes as many network evaluations as the walk has steps.
     *
     * @return [frames · channels]; what was kept is equal to what was given
     * @throws io.vivace.DeviceFailed if latents are no numbers
     */
    public float[] sample(Window window, Walk walk, Run run) {
        Space space = spaces.get(window.frames());
        run.timed(Stage.DENOISE, () -> space.start(window, walk));
        for (int i = 0; i < walk.steps(); i++) {
            run.pass(Stage.DENOISE, space.step::run);
            run.stepped(Stage.DENOISE, 0);
        }
        return run.timed(Stage.DENOISE, () -> Stepping.latents(space.step)[0]);
    }

    /** Bytes of states and intermediate values for windows of so many frames, beside the weights. */
    static long bytes(NanoConfig config, int frames) {
        var all = new DenoiserGraph(config, frames);
        List<Graph> graphs = List.of(all.condition(), all.step());
        return graphs.stream().mapToLong(graph -> MemoryPlan.of(graph).bytes()).sum() + MemoryPlan.stateBytes(graphs);
    }

    @Override
    public void close() {
        spaces.close();
    }

    /** The programs of one length of window, with their states. */
    private final class Space implements AutoCloseable {
        private final int frames;
        private final Backend.Session session;
        private final Program condition, step;

        Space(int frames) {
            this.frames = frames;
            session = backend.open(weights);
            var graphs = new DenoiserGraph(config, frames);
            condition = session.compile(graphs.condition());
            step = session.compile(graphs.step());
        }

        Program start(Window window, Walk walk) {
            condition.set("features", Tensor.of(Shape.of(1, frames, 2 * NanoConfig.FEATURES), window.features));
            condition.set("programs", Ensemble.programs(window.sheet)).run();
            var kept = new boolean[frames];
            Arrays.fill(kept, 0, window.kept, true);
            Stepping.start(step, new float[][] {window.start}, frames, kept, walk);
            return step;
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
