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
import io.vivace.nn.Recent;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.HashMap;
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
    private final Recent<Size, Space> spaces = new Recent<>(SIZES, Space::new, Space::close);

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
     * The codes of all codebooks of clips whose first codebook is known.
     *
     * @param first codes of the first codebook, [clip][frame]
     * @return [clip][codebook][frame], the first codebook's as they are
     * @throws BadRequest   if numbers do not fit together
     * @throws DeviceFailed if latents are no numbers
     */
    public int[][][] complete(Dac codec, int[][] first, Conditions conditions, Noise noise, Walk walk, Run run) {
        Completion completion = completion(codec, first.length, conditions, noise, walk);
        return Completion.joined(completion.push(first, run), completion.finish(run));
    }

    /** Completes clips as the codes of their first codebook come in, window by window. */
    public Completion completion(Dac codec, int clips, Conditions conditions, Noise noise, Walk walk) {
        if (codec.codebooks() != config.codebooks()) {
            throw new BadRequest("The codec has " + codec.codebooks() + " codebooks, but the second stage makes " + config.codebooks()
                    + "; take the codec that it was trained with.");
        }
        return new Completion(this, codec, clips, conditions, noise, walk);
    }

    /**
     * The latents of all codebooks, of one window. Takes as many network evaluations as the walk has steps.
     *
     * @param start clean normalised latents of the first codebook beside noise for the others, [clips, frames, latents]
     * @param known normalised latents of the other codebooks for the first frames, which are to stay, [clips, known frames, made]; or null
     * @param frame number of the window's first frame, for the noise
     * @return normalised latents, [clips, frames, latents], the known ones not in their place
     * @throws BadRequest   if numbers do not fit together
     * @throws DeviceFailed if latents are no numbers
     */
    public Tensor sample(Tensor start, Tensor known, long frame, Conditions conditions, Noise noise, Walk walk, Run run) {
        Space space = spaces.get(size(start, conditions, walk));
        run.timed(Stage.DENOISE, () -> space.start(start, known, conditions, walk));
        Shape made = start.shape().withLast(config.made());
        for (int i = 0; i < walk.steps(); i++) {
            Program step = space.step(walk.noisy(i));
            if (walk.noisy(i)) step.set("noise", noise.draw(1 + i, frame, made));
            run.pass(Stage.DENOISE, step::run);
            run.stepped(Stage.DENOISE, 0);
        }
        return run.timed(Stage.DENOISE, space::latents);
    }

    /** Latents as the codec has them, of normalised ones [clips, frames, latents]. */
    public Tensor denormalised(Tensor latents) {
        float[] all = latents.floats().clone();
        for (int i = 0; i < all.length; i++) {
            int codebook = i % config.latents() / config.codebookDim();
            all[i] = (float) (all[i] * config.deviations()[codebook] + config.means()[codebook]);
        }
        return Tensor.of(latents.shape(), all);
    }

    private Size size(Tensor start, Conditions conditions, Walk walk) {
        Shape s = start.shape(), text = conditions.text().shape(), chroma = conditions.chroma() == null ? null : conditions.chroma().shape();
        if (s.at(0) == 0 || s.at(1) == 0 || s.at(1) % config.multiple() != 0 || s.last() != config.latents()) {
            throw new BadRequest("Latents " + s + " do not fit; give [clips, a multiple of " + config.multiple() + " frames, " + config.latents()
                    + " channels].");
        }
        if (text.rank() != 3 || text.at(0) != s.at(0) || text.at(1) == 0 || text.last() != config.text()) {
            throw new BadRequest("Text states " + text + " do not fit " + s.at(0) + " clips; give [clips, tokens, " + config.text() + " channels].");
        }
        if (chroma != null && (chroma.rank() != 3 || chroma.at(0) != s.at(0) || chroma.at(1) == 0 || chroma.last() != config.chroma())) {
            throw new BadRequest("Chroma " + chroma + " does not fit " + s.at(0) + " clips; give [clips, frames, " + config.chroma() + " pitch classes].");
        }
        return new Size(s.at(0), s.at(1), text.at(1), chroma == null ? 0 : chroma.at(1), walk.guided());
    }

    /** Network evaluations that completing clips of these frames takes. */
    public static long passes(DiscoDiffConfig config, long frames, Walk walk) {
        return Completion.windows(config, frames) * walk.steps();
    }

    /**
     * Bytes of states and intermediate values, beside the weights. From one window on, they do not grow with the clip.
     *
     * @param frames of a clip
     * @param text   tokens
     * @param chroma frames of chroma, 0 for none
     */
    public static long bytes(DiscoDiffConfig config, int batch, int frames, int text, int chroma, Walk walk) {
        int padded = Math.min(config.padded(frames), config.window());
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
        spaces.close();
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

        Program start(Tensor start, Tensor known, Conditions given, Walk walk) {
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
            first.set("start", part(start, config.codebookDim(), config.latents(), shape.at(1)));
            first.set("known", known == null ? Tensor.zeros(DType.FLOAT32, shape.withLast(config.made())) : part(known, 0, config.made(), shape.at(1)));
            first.set("free", free(known == null ? 0 : known.shape().at(1)));
            first.set("times", walk.times(schedule)).set("steps", walk.table(schedule, config.prediction()));
            return walk.guided() ? first.set("guidance", Tensor.of(Shape.of(1), (float) walk.guidance())) : first;
        }

        Program step(boolean noise) {
            if (noise && noisy == null) noisy = session.compile(graphs.step(true));
            if (!noise && plain == null) plain = session.compile(graphs.step(false));
            return noise ? noisy : plain;
        }

        /** 0 for the frames that are known, 1 for the others. */
        private Tensor free(int known) {
            var free = new float[shape.at(1)];
            Arrays.fill(free, known, free.length, 1);
            return Tensor.of(Shape.of(1, free.length, 1), free);
        }

        Tensor latents() {
            Tensor all = plain.get("latents");
            for (float each : all.floats()) if (!Float.isFinite(each)) throw notFinite();
            return all;
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /** Some channels of [clips, frames, channels], with zeros behind the frames there are. */
    private static Tensor part(Tensor x, int from, int to, int frames) {
        int clips = x.shape().at(0), there = x.shape().at(1), channels = x.shape().last(), width = to - from;
        var part = new float[clips * frames * width];
        for (int i = 0; i < clips * there; i++) {
            System.arraycopy(x.floats(), i * channels + from, part, (i / there * frames + i % there) * width, width);
        }
        return Tensor.of(Shape.of(clips, frames, width), part);
    }

    private static DeviceFailed notFinite() {
        return new DeviceFailed("The second stage's latents are no finite numbers; convert the checkpoint again with --dtype f32, "
                + "and fetch it again if that does not help.", null);
    }
}
