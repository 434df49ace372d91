package io.vivace.model.discodiff;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Graph;
import io.vivace.graph.Guide;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.discodiff.Contexts.Pair;
import io.vivace.nn.Scope;
import java.util.Collections;

/**
 * The graphs of the sampler. Everything that changes from step to step is a state: latents, the prediction before, the number of the step, the table of
 * all steps. What depends on the steps only, and what on the text only, is computed once, into states too; so a step reads no weights for them.
 */
final class Denoising {

    /**
     * The shapes of one run.
     *
     * @param batch  clips
     * @param frames of each
     * @param text   tokens
     * @param chroma frames of chroma, 0 for none
     * @param guided whether the batch is evaluated without conditions too
     */
    record Size(int batch, int frames, int text, int chroma, boolean guided) {
        int rows() {
            return guided ? 2 * batch : batch;
        }
    }

    private final DiscoDiffConfig config;
    private final Size size;

    Denoising(DiscoDiffConfig config, Size size) {
        this.config = config;
        this.size = size;
    }

    /** Input sinusoids of all steps, [steps, width]: into the state "modulations.times". */
    Graph times() {
        Graph g = Graph.named("discodiff.times");
        var unet = new Unet(config, g);
        Value sinusoids = g.input("sinusoids", FLOAT32, config.steps(), config.width());
        g.add(new Stepwise.Write(ofTimes(g), 0, start(g), unet.modulationsOfTimes(unet.times(sinusoids))));
        return g;
    }

    /** Inputs text [batch, tokens, channels], and chroma [batch, frames, channels] if there is one: into states. */
    Graph conditions() {
        Graph g = Graph.named("discodiff.conditions");
        var unet = new Unet(config, g);
        Value text = g.input("text", FLOAT32, size.batch, size.text, config.text());
        Value chroma = size.chroma == 0 ? null : g.input("chroma", FLOAT32, size.batch, size.chroma, config.chroma());
        Value whole = text.slice(1, 0, 1).reshape(size.batch, config.text());
        Value globals = unet.globals(size.guided ? g.concat(0, whole, repeated(unet.nullGlobal(), size.batch)) : whole);
        g.add(new Stepwise.Write(ofGlobals(g), 0, start(g), unet.modulationsOfGlobals(globals)));
        Value[] contexts = {context(unet, DiscoDiffConfig.CHROMA, chroma), context(unet, DiscoDiffConfig.TEXT, text)};
        for (String way : new String[] {"downs.", "ups."}) {
            for (int i = 0; i < config.multipliers().length; i++) {
                for (int number = DiscoDiffConfig.CHROMA; number <= DiscoDiffConfig.TEXT; number++) {
                    Scope attention = new Scope(g, "second." + way + i + ".attention." + number + ".");
                    Pair made = unet.attentions().pair(attention, contexts[number - DiscoDiffConfig.CHROMA]), kept = kept(attention, number);
                    g.add(new Stepwise.Write(kept.keys(), 0, start(g), made.keys()));
                    g.add(new Stepwise.Write(kept.values(), 0, start(g), made.values()));
                }
            }
        }
        return g;
    }

    /** The conditioned rows' tokens, and as many of nothing for the others. Equal tokens are to attention what one of them is. */
    private Value context(Unet unet, int number, Value tokens) {
        Value nothing = unet.nullContext(number);
        if (tokens == null) return repeated(nothing, size.rows());
        return size.guided ? tokens.graph().concat(0, tokens, tokens.affine(0, 0).plus(nothing)) : tokens;
    }

    private static Value repeated(Value row, int count) {
        return row.graph().concat(0, Collections.nCopies(count, row).toArray(Value[]::new));
    }

    /**
     * One step: "latents" move on, and the number of the step does. Frames that are not free are before the step what the process makes of "known" and
     * "start", as in arXiv 2201.09865 §4. Input noise [batch, frames, made], if the step adds some.
     */
    Graph step(boolean noisy) {
        Graph g = Graph.named(noisy ? "discodiff.denoiser, noisy" : "discodiff.denoiser");
        Value step = g.state("step", INT32, 1), latents = g.state("latents", FLOAT32, size.batch, size.frames, config.latents());
        Value memory = made(g, "memory"), free = g.state("free", FLOAT32, 1, size.frames, 1);
        Value time = g.add(new Stepwise.Window(g.state("times", INT32, config.steps()), 0, step, 1));
        Value numbers = g.add(new Stepwise.Window(g.state("steps", FLOAT32, config.steps(), Walk.NUMBERS), 0, step, 1)).reshape(Walk.NUMBERS);
        Value known = share(made(g, "known"), numbers, 6).plus(share(made(g, "start"), numbers, 7)).times(free.affine(-1, 1));
        Value first = latents.slice(2, 0, config.codebookDim()), others = latents.slice(2, config.codebookDim(), config.latents()).times(free).plus(known);
        Value prediction = prediction(g, g.concat(2, first, others), time);
        Value next = share(others, numbers, 0).plus(share(prediction, numbers, 1)).plus(share(memory, numbers, 2));
        if (noisy) next = next.plus(share(g.input("noise", FLOAT32, size.batch, size.frames, config.made()), numbers, 3));
        Value clean = share(others, numbers, 4).plus(share(prediction, numbers, 5));
        g.add(new Stepwise.Write(memory, 1, start(g), clean));
        g.add(new Stepwise.Write(latents, 2, g.constant(Tensor.of(Shape.of(1), config.codebookDim())), next));
        g.add(new Stepwise.Advance(step, 1));
        return g;
    }

    /** One evaluation of the network, with and without conditions in one batch where guided. */
    private Value prediction(Graph g, Value latents, Value time) {
        Value modulations = g.add(new Stepwise.Window(ofTimes(g), 0, time, 1)).plus(ofGlobals(g));
        Value both = new Unet(config, g).predict(size.guided ? g.concat(0, latents, latents) : latents, modulations, this::kept);
        return size.guided ? g.add(new Guide(both, g.state("guidance", FLOAT32, 1))) : both;
    }

    private Value made(Graph g, String name) {
        return g.state(name, FLOAT32, size.batch, size.frames, config.made());
    }

    private static Value share(Value x, Value numbers, int number) {
        return x.times(numbers.slice(0, number, number + 1));
    }

    private static Value start(Graph g) {
        return g.constant(Tensor.of(Shape.of(1), 0));
    }

    private Value ofTimes(Graph g) {
        return g.state("modulations.times", FLOAT32, config.steps(), config.modulations());
    }

    private Value ofGlobals(Graph g) {
        return g.state("modulations.globals", FLOAT32, size.rows(), config.modulations());
    }

    private Pair kept(Scope attention, int number) {
        Graph g = attention.graph();
        int tokens = number == DiscoDiffConfig.TEXT ? size.text : Math.max(1, size.chroma), inner = config.codebooks() * config.headDim();
        return new Pair(g.state(attention.prefix() + "keys", FLOAT32, size.rows(), tokens, inner),
                g.state(attention.prefix() + "values", FLOAT32, size.rows(), tokens, inner));
    }
}
