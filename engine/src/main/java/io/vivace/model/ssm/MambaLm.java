package io.vivace.model.ssm;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Activation;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Programs;
import io.vivace.nn.Rows;
import io.vivace.nn.Scope;
import io.vivace.weights.Weights;
import java.util.Arrays;

/**
 * Mamba and Mamba-2 as language models: token ids in, a logit for every token of the vocabulary out. Every run goes on from the states that the last one
 * left, whatever the number of frames.
 */
public final class MambaLm implements AutoCloseable {
    private static final int PROGRAMS = 6;

    /** @param layer only the first layer, of given hidden states */
    private record Pass(int frames, boolean layer) {}

    /**
     * What a run gives.
     *
     * @param hidden states behind the last norm, [rows, frames, hidden]
     * @param logits [rows, frames, vocabulary]
     */
    public record Outcome(Tensor hidden, Tensor logits) {}

    private final MambaConfig config;
    private final int rows;
    private final Backend.Session session;
    private final Programs<Pass> programs;
    private Program last;

    /** @param rows sequences side by side */
    public MambaLm(MambaConfig config, Backend backend, Weights weights, int rows) {
        this.config = config;
        this.rows = rows;
        session = backend.open(weights);
        programs = new Programs<>(session, PROGRAMS, pass -> pass.layer ? layer(pass.frames) : graph(config, rows, pass.frames));
    }

    /** Begins new sequences. */
    public void reset() {
        session.reset();
    }

    /**
     * The next tokens of every row, in pieces of at most {@code chunk} frames, each of which is one network evaluation.
     *
     * @param ids [rows][frames]
     * @throws BadRequest if lengths differ or an id is outside the vocabulary
     */
    public Outcome next(int[][] ids, int chunk) {
        if (ids.length != rows) throw new BadRequest("There are " + ids.length + " rows of token ids, but " + rows + " sequences; give one row for each.");
        Rows.tensor("token ids", ids, config.vocabulary());
        int frames = ids[0].length;
        var hidden = new Frames(rows, frames, config.mixer().hidden());
        var logits = new Frames(rows, frames, config.vocabulary());
        for (int from = 0; from < frames; from += chunk) {
            int start = from, end = Math.min(frames, from + chunk);
            int[][] piece = Arrays.stream(ids).map(row -> Arrays.copyOfRange(row, start, end)).toArray(int[][]::new);
            last = programs.get(new Pass(end - start, false)).set("ids", Rows.tensor("token ids", piece, config.vocabulary()));
            last.run();
            hidden.add(last.get("hidden"));
            logits.add(last.get("logits"));
        }
        return new Outcome(hidden.whole(), logits.whole());
    }

    /** The likeliest continuation of what was given so far: [rows][count], all of it fed back. */
    public int[][] likeliest(Tensor logits, int count) {
        var drawn = new int[rows][count];
        Tensor scores = logits;
        for (int i = 0; i < count; i++) {
            var step = new int[rows][1];
            for (int row = 0; row < rows; row++) step[row][0] = drawn[row][i] = largest(scores, row);
            scores = next(step, 1).logits;
        }
        return drawn;
    }

    private int largest(Tensor logits, int row) {
        int vocabulary = config.vocabulary(), at = ((row + 1) * logits.shape().at(1) - 1) * vocabulary, best = 0;
        for (int i = 1; i < vocabulary; i++) if (logits.floats()[at + i] > logits.floats()[at + best]) best = i;
        return best;
    }

    /** The first layer alone, norm and residual included: [rows, frames, hidden] to the same. */
    public Tensor layer(Tensor hidden) {
        last = programs.get(new Pass(hidden.shape().at(1), true)).set("hidden", hidden);
        last.run();
        return last.get("layer");
    }

    /** The last frames that a layer's convolution saw, the oldest first: [rows, taps − 1, channels]. */
    public Tensor window(int layer) {
        return last.get(at(layer) + "window");
    }

    /** A layer's state: [rows, channels, states], or by heads [rows, heads, size, states]. */
    public Tensor state(int layer) {
        return last.get(at(layer) + "state");
    }

    private static String at(int layer) {
        return "lm.layers." + layer + ".";
    }

    static Graph graph(MambaConfig config, int rows, int frames) {
        Graph g = Graph.named("mamba of " + frames + " tokens");
        Scope lm = new Scope(g, "lm.");
        Value h = g.add(new Gather(lm.weight("embedding", config.vocabulary(), config.mixer().hidden()), g.input("ids", INT32, rows, frames)));
        for (int i = 0; i < config.layers(); i++) h = Mixer.layer(lm.at("layers").at(i), config.mixer(), h, config.epsilon());
        Value normal = g.output("hidden", lm.rmsNorm("norm", h, config.epsilon()));
        g.output("logits", lm.linear("head", normal, config.vocabulary(), null, Activation.NONE));
        return g;
    }

    private Graph layer(int frames) {
        Graph g = Graph.named("mamba's first layer of " + frames + " frames");
        Value h = g.input("hidden", FLOAT32, rows, frames, config.mixer().hidden());
        g.output("layer", Mixer.layer(new Scope(g, at(0)), config.mixer(), h, config.epsilon()));
        return g;
    }

    @Override
    public void close() {
        session.close();
    }

    /** Frames of every row, filled piece by piece. */
    private static final class Frames {
        private final Tensor all;
        private int filled;

        Frames(int rows, int frames, int width) {
            all = Tensor.of(Shape.of(rows, frames, width), new float[Math.multiplyExact(rows, Math.multiplyExact(frames, width))]);
        }

        void add(Tensor piece) {
            int frames = piece.shape().at(1), width = piece.shape().at(2), length = all.shape().at(1);
            for (int row = 0; row < piece.shape().at(0); row++) {
                System.arraycopy(piece.floats(), row * frames * width, all.floats(), (row * length + filled) * width, frames * width);
            }
            filled += frames;
        }

        Tensor whole() {
            return all;
        }
    }
}
