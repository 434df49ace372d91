package io.vivace.converter.recipe;

import io.vivace.converter.recipe.Target.Role;
import io.vivace.weights.Json.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** GPT-2's decoder without its head (transformers' GPT2Model), whose linear layers lie as [inputs, outputs]. */
record Gpt2(int vocab, int hidden, int layers, int heads, int feedForward, String activation, int positions, double epsilon) {

    static Gpt2 read(ObjectNode c) {
        int hidden = Names.size(c, "n_embd", 768);
        int heads = Names.size(c, "n_head", 12);
        Names.check(hidden % heads == 0, c, "the width " + hidden + " cannot be divided among " + heads + " heads");
        Names.check(c.flag("scale_attn_weights", true) && !c.flag("scale_attn_by_inverse_layer_idx", false), c,
                "such scaling of attention is not supported");
        return new Gpt2(Names.size(c, "vocab_size", 50257), hidden, c.integer("n_layer", 1, 1000, 12), heads,
                Names.size(c, "n_inner", 4 * hidden), Names.activation(c, "activation_function", "gelu_new"),
                Names.size(c, "n_positions", 1024), Names.epsilon(c, "layer_norm_epsilon", 1e-5));
    }

    Map<String, Object> config() {
        var c = new LinkedHashMap<String, Object>();
        c.put("vocab", vocab);
        c.put("hidden", hidden);
        c.put("layers", layers);
        c.put("heads", heads);
        c.put("feed_forward", feedForward);
        c.put("activation", activation);
        c.put("positions", positions);
        c.put("epsilon", epsilon);
        return c;
    }

    void targets(Targets t, String from) {
        t.table("text.word", vocab, hidden, from + "wte.weight");
        t.table("text.position", positions, hidden, from + "wpe.weight");
        for (int i = 0; i < layers; i++) {
            String source = from + "h." + i;
            String layer = "text.layers." + i;
            t.norm(layer + ".norm1", hidden, source + ".ln_1");
            linear(t, layer + ".attention.qkv", 3 * hidden, hidden, source + ".attn.c_attn");
            linear(t, layer + ".attention.out", hidden, hidden, source + ".attn.c_proj");
            t.norm(layer + ".norm2", hidden, source + ".ln_2");
            linear(t, layer + ".feed_forward.in", feedForward, hidden, source + ".mlp.c_fc");
            linear(t, layer + ".feed_forward.out", hidden, feedForward, source + ".mlp.c_proj");
        }
        t.norm("text.norm", hidden, from + "ln_f");
    }

    private static void linear(Targets t, String name, int outputs, int inputs, String source) {
        t.add(name + ".weight", Role.MATRIX, new Source.Transposed(Source.named(source + ".weight", inputs, outputs)), outputs, inputs);
        t.vector(name + ".bias", outputs, source + ".bias");
    }
}
