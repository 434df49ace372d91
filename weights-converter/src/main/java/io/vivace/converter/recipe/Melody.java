package io.vivace.converter.recipe;

import static io.vivace.converter.recipe.Source.named;

import io.vivace.BadCheckpoint;
import io.vivace.converter.recipe.Target.Role;
import io.vivace.model.melody.CodecConfig;
import io.vivace.model.melody.DiffusionConfig;
import io.vivace.model.melody.LmConfig;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * MeLoDy's checkpoints ({@code vivace-melody}): a folder whose config.json has a section a part, and the tensors of these parts. The config is
 * canonical as it is. A text tower, which turns texts into the embeddings that the prompt's quantiser takes, comes from a folder of its own.
 */
public final class Melody {
    /** In front of the names of the text tower's tensors. */
    public static final String TEXT = "text.";

    private final MelodyConfig config;
    private final Targets t = new Targets();

    private Melody(MelodyConfig config) {
        this.config = config;
    }

    /**
     * The parts that the config has a section for.
     *
     * @param text config.json of the text tower, whose tensors are named {@code text.…}; or null
     */
    public static Recipe recipe(ObjectNode source, ObjectNode text) {
        var kept = new LinkedHashMap<String, Object>();
        for (String part : List.of("prompt", "semantic", "lm", "diffusion", "codec")) {
            if (source.has(part)) kept.put(part, source.object(part));
        }
        var melody = new Melody(MelodyConfig.of(Json.of(source.at().file(), kept)));
        if (text != null) kept.put("text", melody.tower(text));
        melody.parts();
        return new Recipe("melody", kept, melody.t, text == null ? List.of() : Transformers.and(Pattern.quote(TEXT) + Bert.BESIDE_TEXT));
    }

    /** The text tower's config. */
    private Map<String, Object> tower(ObjectNode text) {
        Bert tower = Bert.tower(text);
        int embedding = config.prompt() == null ? 0 : config.prompt().embedding();
        if (embedding == 0) {
            throw new BadCheckpoint(text.at() + ": the model beside this text tower has no prompt.codebooks that turn embeddings into tokens; convert it "
                    + "without the tower.");
        }
        if (tower.projection() != embedding) {
            throw new BadCheckpoint(text.at() + ": the text tower gives embeddings of " + tower.projection() + " channels, but the model's prompts are made of "
                    + embedding + "; give the tower that it was trained with.");
        }
        tower.targets(t, TEXT + "text_model.", TEXT);
        return tower.config();
    }

    private void parts() {
        if (config.prompt() != null && config.prompt().embedding() > 0) {
            int levels = config.prompt().levels(), size = config.prompt().size(), width = config.prompt().embedding();
            t.add("prompt.codebooks", Role.VECTOR, named("prompt.codebooks", levels, size, width), levels, size, width);
        }
        if (config.lm() != null) lm(config.lm());
        if (config.diffusion() != null) diffusion(config.diffusion());
        if (config.codec() != null) codec(config.codec());
    }

    private void lm(LmConfig lm) {
        int hidden = lm.hidden(), tokens = config.semantic().tokens(), vocabulary = config.vocabulary();
        t.table("lm.embedding", vocabulary, hidden, "lm.model.embed_tokens.weight");
        for (int i = 0; i < lm.layers(); i++) {
            String layer = "lm.layers." + i, from = "lm.model.layers." + i;
            t.vector(layer + ".self.norm", hidden, from + ".input_layernorm.weight");
            t.fused(layer + ".self.qkv", hidden, hidden, from + ".self_attn.q_proj.weight", from + ".self_attn.k_proj.weight", from + ".self_attn.v_proj.weight");
            t.matrix(layer + ".self.out", hidden, hidden, from + ".self_attn.o_proj.weight");
            t.vector(layer + ".feed_forward.norm", hidden, from + ".post_attention_layernorm.weight");
            t.fused(layer + ".feed_forward.in", lm.feedForward(), hidden, from + ".mlp.gate_proj.weight", from + ".mlp.up_proj.weight");
            t.matrix(layer + ".feed_forward.out", hidden, lm.feedForward(), from + ".mlp.down_proj.weight");
        }
        t.vector("lm.norm", hidden, "lm.model.norm.weight");
        // The scores of prompt tokens are never looked at.
        t.add("lm.head", Role.MATRIX, new Source.Slice(named("lm.lm_head.weight", vocabulary, hidden), 0, tokens), tokens, hidden);
        for (int k = 0; k < lm.headsAhead(); k++) t.matrix("lm.heads_ahead." + k, tokens, hidden, "lm.heads_ahead." + k + ".weight");
    }

    private void diffusion(DiffusionConfig d) {
        int width = d.width(), hidden = d.embedHidden();
        String to = "diffusion.";
        t.affine(to + "input", width, d.latent(), "diffusion.input");
        t.vector(to + "angle.start", d.angleWidth(), "diffusion.angle_start").vector(to + "angle.end", d.angleWidth(), "diffusion.angle_end");
        perceptron(to + "angle", "diffusion.angle_mlp", d.angleWidth(), hidden, width);
        t.table(to + "token.embedding", config.semantic().tokens(), width, "diffusion.token_embedding.weight");
        perceptron(to + "token", "diffusion.token_mlp", width, hidden, width);
        t.vector(to + "input_norm", width, "diffusion.input_norm.weight");
        for (int i = 0; i < d.blocks(); i++) block(d, to + "blocks." + i, "diffusion.blocks." + i);
        t.vector(to + "output_norm", width, "diffusion.output_norm.weight");
        t.affine(to + "output", d.latent(), width, "diffusion.output");
    }

    private void perceptron(String to, String from, int inputs, int hidden, int outputs) {
        t.affine(to + ".first", hidden, inputs, from + ".first").affine(to + ".second", outputs, hidden, from + ".second");
        t.vector(to + ".norm", outputs, from + ".norm.weight");
    }

    private void block(DiffusionConfig d, String to, String from) {
        int width = d.width(), both = 2 * d.sruHidden();
        for (int l = 0; l < d.coarseLayers(); l++) coarse(d, to + ".coarse." + l, from + ".coarse." + l);
        t.vector(to + ".coarse_norm", width, from + ".coarse_norm.weight");
        for (int l = 0; l < d.sruLayers(); l++) {
            String layer = to + ".fine." + l, source = from + ".fine." + l;
            int inputs = d.sruInputs(l), parts = d.sruParts(l);
            t.add(layer + ".weight", Role.MATRIX, new Source.Parts(named(source + ".weight", inputs, both * parts), parts), parts * both, inputs);
            if (d.gateRecurrence()) t.vector(layer + ".recurrent", 2 * both, source + ".weight_c");
            t.vector(layer + ".bias", 2 * both, source + ".bias");
        }
        t.affine(to + ".fine_out", width, both, from + ".fine_out").affine(to + ".film", 2 * width, width, from + ".film");
        t.vector(to + ".fine_norm", width, from + ".fine_norm.weight");
    }

    private void coarse(DiffusionConfig d, String to, String from) {
        int width = d.width();
        String self = from + ".self_attention.", cross = from + ".cross_attention.";
        t.vector(to + ".self.norm", width, from + ".self_norm.weight");
        fused(to + ".self.qkv", width, self + "query", self + "key", self + "value");
        t.affine(to + ".self.out", width, width, self + "out");
        t.vector(to + ".cross.norm", width, from + ".cross_norm.weight");
        t.affine(to + ".cross.q", width, width, cross + "query");
        fused(to + ".cross.kv", width, cross + "key", cross + "value");
        t.affine(to + ".cross.out", width, width, cross + "out");
        t.vector(to + ".feed_forward.norm", width, from + ".feed_norm.weight");
        t.affine(to + ".feed_forward.in", d.feedHidden(), width, from + ".feed.first").affine(to + ".feed_forward.out", width, d.feedHidden(), from + ".feed.second");
    }

    /** Square layers with biases, their rows one after another. */
    private void fused(String to, int width, String... from) {
        t.fused(to + ".weight", width, width, suffixed(from, ".weight")).joined(to + ".bias", width, suffixed(from, ".bias"));
    }

    private static String[] suffixed(String[] names, String suffix) {
        String[] all = names.clone();
        for (int i = 0; i < all.length; i++) all[i] += suffix;
        return all;
    }

    private void codec(CodecConfig codec) {
        if (codec.encoder() != null) tower(codec.encoder(), "codec.encoder", false, 1, 2 * codec.latent());
        tower(codec.decoder(), "codec.decoder", true, codec.latent(), 1);
    }

    private void tower(CodecConfig.Tower tower, String name, boolean up, int inputs, int outputs) {
        convolution(name + ".input", tower.inputWidth(), inputs, CodecConfig.END_KERNEL);
        for (int i = 0; i < tower.rates().size(); i++) {
            String stage = name + ".stages." + i;
            int width = tower.widths().get(i), kernel = tower.kernels().get(i), rate = tower.rates().get(i);
            if (up) transposed(stage, tower.inputs(i), width, kernel, rate);
            else convolution(stage + ".resample", stage + ".down", width, tower.inputs(i), kernel);
            for (int j = 0; j < tower.blocks().size(); j++) {
                CodecConfig.Block block = tower.blocks().get(j);
                for (int n = 0; n < block.dilations().size(); n++) {
                    convolution(stage + ".blocks." + j + ".dilated." + n, width, width, block.kernel());
                    convolution(stage + ".blocks." + j + ".plain." + n, width, width, block.kernel());
                }
            }
        }
        convolution(name + ".output", outputs, tower.widths().getLast(), CodecConfig.END_KERNEL);
    }

    private void convolution(String name, int outputs, int inputs, int taps) {
        convolution(name, name, outputs, inputs, taps);
    }

    private void convolution(String to, String from, int outputs, int inputs, int taps) {
        t.add(to + ".weight", Role.CODEC, new Source.Convolution(from, outputs, inputs, taps), outputs, taps * inputs);
        t.vector(to + ".bias", outputs, from + ".bias");
    }

    private void transposed(String stage, int inputs, int outputs, int taps, int stride) {
        t.add(stage + ".resample.weight", Role.CODEC, new Source.TransposedConvolution(stage + ".up", inputs, outputs, taps, stride), stride * outputs,
                Math.ceilDiv(taps, stride) * inputs);
        t.vector(stage + ".resample.bias", outputs, stage + ".up.bias");
    }
}
