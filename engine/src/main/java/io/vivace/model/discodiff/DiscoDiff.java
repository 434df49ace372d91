package io.vivace.model.discodiff;

import io.vivace.BadRequest;
import io.vivace.DeviceFailed;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.Run;
import io.vivace.model.dac.Dac;
import io.vivace.model.discodiff.Denoising.Size;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * DiscoDiff's second stage: the latents of a codec's first codebook and a text in, those of all codebooks out, by diffusion. One run of a program is one
 * step; nothing but fresh noise goes to the device between. Not safe for use by several threads at once.
 */
public final class DiscoDiff implements AutoCloseable {
    /** Sizes whose programs are kept. */
    private static final int SIZES = 2;

    private final DiscoDiffConfig config;
    private final Schedule schedule;
    private final Backend backend;
    private final Weights weights;
    private final Map<Size, Space> spaces = new LinkedHashMap<>(4, 0.75f, true);

    public DiscoDiff(DiscoDiffConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.backend = backend;
        this.weights = weights;
        schedule = Schedule.cosine(config.steps());
    }

    public DiscoDiffConfig config() {
        return config;
    }

    /** For each step of the diffusion process, the share of the variance that is not noise. */
    public double[] alphas() {
        return schedule.alphas().clone();
    }

    /**
     * The codes of all codebooks. Takes as many network evaluations as the walk has steps.
     *
     * @param first codes of the first codebook, [clip][frame]
     * @return [clip][codebook][frame], the first codebook's as they are
     * @throws BadRequest   if numbers do not fit together
     * @throws DeviceFailed if latents are no numbers
     */
    public int[][][] complete(Dac codec, int[][] first, Conditions conditions, Noise noise, Walk walk, Run run) {
        if (codec.codebooks() != config.codebooks()) {
            throw new BadRequest("The codec has " + codec.codebooks() + " codebooks, but the second stage makes " + config.codebooks() + "; take the codec that it was trained with.");
        }
        int frames = first.length == 0 ? 0 : first[0].length, padded = Math.ceilDiv(frames, config.multiple()) * config.multiple();
        int[][] longer = Arrays.stream(first).map(row -> extended(row, padded)).toArray(int[][]::new);
        Tensor start = start(codec.entries(0, longer), noise.draw(0, Shape.of(first.length, padded, config.made())));
        int[][][] all = codec.nearest(sample(start, conditions, noise, walk, run));
        for (int row = 0; row < first.length; row++) {
            for (int q = 0; q < config.codebooks(); q++) all[row][q] = q == 0 ? first[row].clone() : Arrays.copyOf(all[row][q], frames);
        }
        return all;
    }

    /** A row up to a length that the network takes: its last code goes on. */
    private static int[] extended(int[] row, int length) {
        int[] longer = Arrays.copyOf(row, length);
        if (row.length > 0) Arrays.fill(longer, row.length, length, row[row.length - 1]);
        return longer;
    }

    /** The first codebook's latents, normalised, beside noise. */
    private Tensor start(Tensor first, Tensor noise) {
        int width = config.codebookDim(), rows = first.shape().rows();
        var all = new float[rows * config.latents()];
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < width; c++) {
                all[row * config.latents() + c] = (float) ((first.floats()[row * width + c] - config.means()[0]) / config.deviations()[0]);
            }
            System.arraycopy(noise.floats(), row * config.made(), all, row * config.latents() + width, config.made());
        }
        return Tensor.of(first.shape().withLast(config.latents()), all);
    }

    /**
     * The latents of all codebooks.
     *
     * @param start clean normalised latents of the first codebook beside noise for the others, [clips, frames, latents]
     * @return latents as the codec has them, [clips, frames, latents]
     * @throws BadRequest   if numbers do not fit together
     * @throws DeviceFailed if latents are no numbers
     */
    public Tensor sample(Tensor start, Conditions conditions, Noise noise, Walk walk, Run run) {
        Space space = space(size(start, conditions, walk));
        run.timed(Stage.DENOISE, () -> space.start(start, conditions, walk));
        Shape made = start.shape().withLast(config.made());
        for (int i = 0; i < walk.steps(); i++) {
            Program step = space.step(walk.noisy(i));
            if (walk.noisy(i)) step.set("noise", noise.draw(1 + i, made));
            run.pass(Stage.DENOISE, step::run);
            run.stepped(Stage.DENOISE, 0);
        }
        return run.timed(Stage.DENOISE, space::latents);
    }

    private Size size(Tensor start, Conditions conditions, Walk walk) {
        Shape s = start.shape(), text = conditions.text().shape(), chroma = conditions.chroma() == null ? null : conditions.chroma().shape();
        if (s.at(0) == 0 || s.at(1) == 0 || s.at(1) % config.multiple() != 0 || s.last() != config.latents()) {
            throw new BadRequest("Latents " + s + " do not fit; give [clips, a multiple of " + config.multiple() + " frames, " + config.latents() + " channels].");
        }
        if (text.rank() != 3 || text.at(0) != s.at(0) || text.at(1) == 0 || text.last() != config.text()) {
            throw new BadRequest("Text states " + text + " do not fit " + s.at(0) + " clips; give [clips, tokens, " + config.text() + " channels].");
        }
        if (chroma != null && (chroma.rank() != 3 || chroma.at(0) != s.at(0) || chroma.at(1) == 0 || chroma.last() != config.chroma())) {
            throw new BadRequest("Chroma " + chroma + " does not fit " + s.at(0) + " clips; give [clips, frames, " + config.chroma() + " pitch classes].");
        }
        return new Size(s.at(0), s.at(1), text.at(1), chroma == null ? 0 : chroma.at(1), walk.guided());
    }

    private Space space(Size size) {
        Space known = spaces.get(size);
        if (known != null) return known;
        if (spaces.size() >= SIZES) spaces.remove(spaces.keySet().iterator().next()).close();
        var made = new Space(size);
        spaces.put(size, made);
        return made;
    }

    /**
     * Bytes of states and intermediate values, beside the weights.
     *
     * @param frames of a clip
     * @param text   tokens
     * @param chroma frames of chroma, 0 for none
     */
    public static long bytes(DiscoDiffConfig config, int batch, int frames, int text, int chroma, Walk walk) {
        int padded = Math.ceilDiv(frames, config.multiple()) * config.multiple();
        var graphs = new Denoising(config, new Size(batch, padded, text, chroma, walk.guided()));
        List<Graph> all = walk.solver() == Solver.ANCESTRAL ? List.of(graphs.times(), graphs.conditions(), graphs.step(false), graphs.step(true))
                : List.of(graphs.times(), graphs.conditions(), graphs.step(false));
        Map<String, Value> states = new HashMap<>();
        for (Graph graph : all) for (Value state : graph.leaves(Value.Kind.STATE)) states.put(state.name(), state);
        long held = states.values().stream().mapToLong(state -> (long) state.shape().size() * DType.BYTES).sum();
        return held + all.stream().mapToLong(graph -> MemoryPlan.of(graph).bytes()).sum();
    }

    @Override
    public void close() {
        spaces.values().forEach(Space::close);
        spaces.clear();
    }

    /** The states and programs of one size. */
    private final class Space implements AutoCloseable {
        private final Denoising graphs;
        private final Backend.Session session;
        private final Shape shape;
        private Program conditions, plain, noisy;

        Space(Size size) {
            graphs = new Denoising(config, size);
            shape = Shape.of(size.batch(), size.frames(), config.latents());
            session = backend.open(weights);
        }

        Program start(Tensor start, Conditions given, Walk walk) {
            if (conditions == null) {
                int[] steps = IntStream.range(0, config.steps()).toArray();
                Program times = session.compile(graphs.times());
                times.set("sinusoids", Schedule.sinusoids(steps, config.width())).run();
                times.close();
                conditions = session.compile(graphs.conditions());
            }
            conditions.set("text", given.text());
            if (given.chroma() != null) conditions.set("chroma", given.chroma());
            conditions.run();
            Program first = step(false);
            first.set("latents", start).set("memory", Tensor.zeros(DType.FLOAT32, shape.withLast(config.made()))).set("step", Tensor.of(Shape.of(1), 0));
            first.set("times", walk.times(schedule)).set("steps", walk.table(schedule, config.prediction()));
            return walk.guided() ? first.set("guidance", Tensor.of(Shape.of(1), (float) walk.guidance())) : first;
        }

        Program step(boolean noise) {
            if (noise && noisy == null) noisy = session.compile(graphs.step(true));
            if (!noise && plain == null) plain = session.compile(graphs.step(false));
            return noise ? noisy : plain;
        }

        /** As the codec has them. */
        Tensor latents() {
            float[] all = plain.get("latents").floats();
            for (int i = 0; i < all.length; i++) {
                int codebook = i % config.latents() / config.codebookDim();
                if (!Float.isFinite(all[i])) throw notFinite();
                all[i] = (float) (all[i] * config.deviations()[codebook] + config.means()[codebook]);
            }
            return Tensor.of(shape, all);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    private static DeviceFailed notFinite() {
        return new DeviceFailed("The second stage's latents are no finite numbers; convert the checkpoint again with --dtype f32, and fetch it again if that does not help.",
                null);
    }
}
