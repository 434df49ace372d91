package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.DeviceFailed;
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
import io.vivace.model.melody.DenoisingGraphs.Size;
import io.vivace.nn.Recent;
import io.vivace.nn.Rows;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Makes latents of noise and semantic tokens. One run of a program is one step; nothing returns to the host between. */
public final class LatentSampler implements AutoCloseable {
    /** Sizes whose programs are kept. */
    static final int SIZES = 2;

    /**
     * A window of latents to be made. Frames of all rows are as many.
     *
     * @param start  [batch][frames · channels]: noise, or the latents of frames that are kept
     * @param kept   [frames]: which frames stay as they are; null for none
     * @param tokens [batch][tokens]
     */
    public record Window(float[][] start, boolean[] kept, int[][] tokens) {}

    private final DiffusionConfig config;
    private final SemanticConfig semantic;
    private final Backend backend;
    private final Weights weights;
    private final Recent<Size, Space> spaces = new Recent<>(SIZES, Space::new, Space::close);

    public LatentSampler(MelodyConfig config, Backend backend, Weights weights) {
        this.config = config.diffusion();
        this.semantic = config.semantic();
        this.backend = backend;
        this.weights = weights;
    }

    /**
     * Walks a window from noise to latents, or to the latents beside those that are kept. Takes as many network evaluations as the walk has steps.
     *
     * @return [batch][frames · channels]; what was kept is equal to what was given
     * @throws BadRequest   if lengths do not fit together or a token is unknown
     * @throws DeviceFailed if latents are no numbers
     */
    public float[][] sample(Window window, Walk walk, Run run) {
        Tensor tokens = Rows.tensor("semantic tokens", window.tokens, semantic.tokens());
        Space space = spaces.get(size(window, tokens.shape().at(1)));
        space.start(window, walk, tokens);
        for (int i = 0; i < walk.steps(); i++) {
            Program step = space.step(walk.guided(i));
            run.pass(Stage.DENOISE, step::run);
            run.stepped(Stage.DENOISE, 0);
        }
        return run.timed(Stage.DENOISE, space::latents);
    }

    private Size size(Window window, int tokens) {
        int length = window.start[0].length, frames = length / config.latent();
        if (window.start.length != window.tokens.length || frames == 0 || Arrays.stream(window.start).anyMatch(row -> row.length != length)
                || length % config.latent() != 0 || window.kept != null && window.kept.length != frames) {
            throw new BadRequest("A window of " + window.start.length + " rows of " + length + " numbers does not fit " + window.tokens.length
                    + " rows of tokens, " + config.latent() + " channels" + (window.kept == null ? "" : " and " + window.kept.length + " flags")
                    + "; give whole frames, a row a row of tokens.");
        }
        return new Size(window.start.length, frames, tokens);
    }

    /**
     * Bytes of states and intermediate values for windows of one size, beside the weights.
     *
     * @param guided whether some step is guided, and
     * @param plain  whether some is not
     */
    public static long bytes(MelodyConfig config, int batch, int frames, int tokens, boolean guided, boolean plain) {
        var all = new DenoisingGraphs(config.diffusion(), config.semantic(), new Size(batch, frames, tokens));
        Stream<Graph> steps = Stream.of(true, false).filter(each -> each ? guided : plain).map(all::step);
        List<Graph> graphs = Stream.concat(Stream.of(all.condition()), steps).toList();
        return graphs.stream().mapToLong(graph -> MemoryPlan.of(graph).bytes()).sum() + MemoryPlan.stateBytes(graphs);
    }

    @Override
    public void close() {
        spaces.close();
    }

    /** The states and programs of one size. */
    private final class Space implements AutoCloseable {
        private final Size size;
        private final DenoisingGraphs graphs;
        private final Backend.Session session;
        private Program condition, guided, plain;

        Space(Size size) {
            this.size = size;
            graphs = new DenoisingGraphs(config, semantic, size);
            session = backend.open(weights);
        }

        void start(Window window, Walk walk, Tensor tokens) {
            if (condition == null) condition = session.compile(graphs.condition());
            condition.set("tokens", tokens).run();
            Program first = step(walk.guided(0));
            Stepping.start(first, window.start, size.frames(), window.kept, walk);
            if (walk.guides()) step(true).set("guidance", Tensor.of(Shape.of(1), (float) walk.guidance()));
        }

        Program step(boolean guides) {
            if (guides && guided == null) guided = session.compile(graphs.step(true));
            if (!guides && plain == null) plain = session.compile(graphs.step(false));
            return guides ? guided : plain;
        }

        float[][] latents() {
            return Stepping.latents(plain != null ? plain : guided);
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
