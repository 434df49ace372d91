package io.vivace.model.ssmttm;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes prompts into the music model, one pass each: what the tokens go on from. */
final class PromptPass implements AutoCloseable {

    /**
     * What a prompt left behind.
     *
     * @param states by name, each with one row; what counts frames is left out
     * @param ends   logits of the prefix's last row, [codebooks · vocabulary]; null where there is no prefix
     */
    record Prompted(Map<String, Tensor> states, float[] ends, Tensor condition) {}

    private final LmConfig config;
    private final Backend backend;
    private final Weights weights;
    private Backend.Session session;
    private Program program;
    private Graph graph;

    PromptPass(LmConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.backend = backend;
        this.weights = weights;
    }

    /** @param text states of the text encoder, [1, rows, text width] */
    Prompted take(Tensor text, int[] mask) {
        open(mask.length);
        session.reset();
        var factors = new float[mask.length];
        for (int i = 0; i < factors.length; i++) factors[i] = mask[i];
        program.set("text", text).set("mask", Tensor.of(Shape.of(1, mask.length, 1), factors)).run();
        Map<String, Tensor> states = new LinkedHashMap<>();
        for (Value state : graph.leaves(Value.Kind.STATE)) {
            if (state.dtype() == DType.FLOAT32) states.put(state.name(), program.get(state.name()));
        }
        float[] ends = config.crossAttention() ? null : program.get("logits").floats();
        return new Prompted(states, ends, program.get("condition"));
    }

    /** Caches have the length of the prompt, so another length is another session. */
    private void open(int rows) {
        if (graph != null && graph.input("mask").shape().at(1) == rows) return;
        close();
        Graph wanted = new MusicLm(config, new Layout(1, false, rows, 0)).prompt();
        Backend.Session fresh = backend.open(weights);
        try {
            program = fresh.compile(wanted);
        } catch (RuntimeException | Error e) {
            fresh.close();
            throw e;
        }
        session = fresh;
        graph = wanted;
    }

    /**
     * One state of several rows, put together of theirs. Where a row has room for more than a prompt left, that comes first.
     *
     * @param shape of the whole, the rows first
     */
    static Tensor joined(String name, Prompted[] rows, Shape shape) {
        var all = new float[shape.size()];
        int width = all.length / rows.length;
        for (int row = 0; row < rows.length; row++) {
            float[] own = rows[row].states.get(name).floats();
            System.arraycopy(own, 0, all, row * width, own.length);
        }
        return Tensor.of(shape, all);
    }

    @Override
    public void close() {
        if (session != null) session.close();
        session = null;
        graph = null;
    }
}
