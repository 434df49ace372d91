package io.vivace.converter.recipe;

import io.vivace.model.ssm.MixerConfig;
import io.vivace.model.ssm.MixerConfig.Duality;
import io.vivace.model.ssm.MixerConfig.Selective;
import io.vivace.weights.Json;
import io.vivace.weights.Json.NumberNode;
import io.vivace.weights.Json.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Language models of Mamba and Mamba-2 layers: as transformers saves them (MambaForCausalLM, Mamba2ForCausalLM), and in the layout of mamba_ssm.
 *
 * @param tied whether the head is the embedding table
 */
record Mamba(int vocabulary, int layers, boolean tied, double epsilon, MixerConfig mixer) {
    private static final int STANDARD_HEAD = 64, STANDARD_TAPS = 4, STANDARD_EXPANSION = 2, RANK_SHARE = 16;
    private static final double EPSILON = 1e-5;

    /** Whether a config.json without a model_type is one of mamba_ssm. */
    static boolean isOriginal(ObjectNode c) {
        return !c.has("model_type") && c.has("ssm_cfg") && c.has("n_layer");
    }

    /** @param second whether it is a Mamba-2 */
    static Mamba transformers(ObjectNode c, boolean second) {
        Names.check(c.text("hidden_act", "silu").equals("silu"), c, "hidden_act is " + c.text("hidden_act", "silu") + ", only silu is supported");
        int hidden = Names.size(c, "hidden_size", second ? 4096 : 768), expand = Names.size(c, "expand", STANDARD_EXPANSION);
        int taps = Names.size(c, "conv_kernel", STANDARD_TAPS), states = Names.size(c, "state_size", second ? 128 : 16);
        boolean bias = c.flag("use_bias", false), convolutionBias = c.flag("use_conv_bias", true);
        double epsilon = Names.epsilon(c, "layer_norm_epsilon", EPSILON);
        MixerConfig mixer = second
                ? duality(c, hidden, hidden * expand, states, taps, Names.size(c, "head_dim", STANDARD_HEAD), Names.size(c, "n_groups", 8),
                        "time_step_limit", bias, convolutionBias, epsilon)
                : new Selective(hidden, Names.size(c, "intermediate_size", hidden * expand), states, taps, rank(c, "time_step_rank", hidden),
                        bias, convolutionBias);
        if (second && c.has("num_heads")) {
            int heads = c.integer("num_heads", 1, Names.MOST);
            Names.check(heads == ((Duality) mixer).heads(), c, "num_heads is " + heads + ", but hidden_size · expand / head_dim is "
                    + ((Duality) mixer).heads());
        }
        return new Mamba(Names.size(c, "vocab_size", second ? 32768 : 50280), Names.size(c, "num_hidden_layers", second ? 64 : 32),
                c.flag("tie_word_embeddings", !second), epsilon, mixer);
    }

    /** Defaults are those of mamba_ssm's MambaConfig and of its layers. */
    static Mamba original(ObjectNode c) {
        ObjectNode s = c.object("ssm_cfg");
        refuseUnlike(c, s);
        boolean second = s.text("layer", "Mamba1").equals("Mamba2");
        int hidden = Names.size(c, "d_model", 2560), inner = hidden * Names.size(s, "expand", STANDARD_EXPANSION);
        int taps = Names.size(s, "d_conv", STANDARD_TAPS), states = Names.size(s, "d_state", second ? 128 : 16);
        boolean bias = s.flag("bias", false), convolutionBias = s.flag("conv_bias", true);
        MixerConfig mixer = second
                ? duality(s, hidden, inner, states, taps, Names.size(s, "headdim", STANDARD_HEAD), Names.size(s, "ngroups", 1), "dt_limit",
                        bias, convolutionBias, EPSILON)
                : new Selective(hidden, inner, states, taps, rank(s, "dt_rank", hidden), bias, convolutionBias);
        int multiple = c.integer("pad_vocab_size_multiple", 1, Names.MOST, 8), vocabulary = Names.size(c, "vocab_size", 50277);
        return new Mamba(Math.ceilDiv(vocabulary, multiple) * multiple, Names.size(c, "n_layer", 64), c.flag("tie_embeddings", true), EPSILON, mixer);
    }

    private static void refuseUnlike(ObjectNode c, ObjectNode s) {
        String layer = s.text("layer", "Mamba1");
        Names.check(layer.equals("Mamba1") || layer.equals("Mamba2"), s, "layer is " + layer + ", only Mamba1 and Mamba2 are supported");
        Names.check(!c.has("attn_layer_idx") || c.array("attn_layer_idx").elements().isEmpty(), c, "attention layers are not supported");
        Names.check(c.integer("d_intermediate", 0, Names.MOST, 0) == 0, c, "MLP layers (d_intermediate) are not supported");
        Names.check(c.flag("rms_norm", true), c, "rms_norm is false, only RMS norms are supported");
        Names.check(!s.has("d_ssm") && s.flag("rmsnorm", true) && !s.flag("norm_before_gate", false) && !s.flag("D_has_hdim", false), s,
                "d_ssm, D_has_hdim, norm_before_gate and layers without rmsnorm are not supported");
    }

    private static int rank(ObjectNode c, String key, int hidden) {
        boolean open = !c.has(key) || c.get(key) instanceof Json.StringNode word && word.value().equals("auto");
        return open ? Math.ceilDiv(hidden, RANK_SHARE) : c.integer(key, 1, Names.MOST);
    }

    private static Duality duality(ObjectNode c, int hidden, int inner, int states, int taps, int size, int groups, String limits, boolean bias,
            boolean convolutionBias, double epsilon) {
        Names.check(inner % size == 0 && inner / size % groups == 0, c, inner + " channels are no heads of " + size + " in " + groups + " groups");
        double least = 0, most = Double.POSITIVE_INFINITY;
        if (c.has(limits)) {
            List<Json> both = c.array(limits).elements();
            Names.check(both.size() == 2, c, limits + " has " + both.size() + " numbers, not 2");
            least = both.get(0).real();
            most = limit(both.get(1));
        }
        Names.check(least >= 0 && most >= least, c, limits + " goes from " + least + " to " + most);
        return new Duality(hidden, inner, states, taps, inner / size, groups, least, most, bias, convolutionBias, epsilon);
    }

    /** JSON has no infinity: writers spell it as an object, or as Python does. */
    private static double limit(Json node) {
        if (node instanceof NumberNode(_, Number value) && value.doubleValue() == Double.POSITIVE_INFINITY) return Double.POSITIVE_INFINITY;
        if (node instanceof ObjectNode o && o.text("__float__").equals("Infinity")) return Double.POSITIVE_INFINITY;
        return node.real();
    }

    Recipe recipe(boolean transformers) {
        var config = new LinkedHashMap<String, Object>();
        config.put("vocab", vocabulary);
        config.put("layers", layers);
        config.put("epsilon", epsilon);
        config.put("mixer", Mixers.config(mixer));
        var t = new Targets();
        String embedding = transformers ? "backbone.embeddings.weight" : "backbone.embedding.weight";
        t.table("lm.embedding", vocabulary, mixer.hidden(), embedding);
        for (int i = 0; i < layers; i++) {
            String from = "backbone.layers." + i;
            Mixers.targets(t, "lm.layers." + i, mixer, from + ".norm.weight", from + ".mixer.");
        }
        t.vector("lm.norm", mixer.hidden(), "backbone.norm_f.weight");
        List<String> heads = tied ? List.of("lm_head.weight", embedding) : List.of("lm_head.weight");
        t.add("lm.head", Target.Role.MATRIX, new Source.Named(heads, vocabulary, mixer.hidden()), vocabulary, mixer.hidden());
        return new Recipe("mamba", Map.of("lm", config), t, Recipe.BUFFERS);
    }
}
