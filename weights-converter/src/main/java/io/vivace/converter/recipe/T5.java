package io.vivace.converter.recipe;

import io.vivace.converter.read.SourceTensor;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** T5's encoder (transformers' T5Config, T5EncoderModel). Defaults are those of T5Config: a saved config may leave them out. */
record T5(int vocab, int model, int headSize, int heads, int feedForward, int layers, String activation, boolean gated,
          int buckets, int maxDistance, double epsilon) {

    static T5 read(ObjectNode c) {
        String projection = c.text("feed_forward_proj", "relu");
        boolean gated = projection.startsWith("gated-");
        ObjectNode named = Json.of(c.at().toString(),
                // "gated-gelu" has always meant the tanh approximation.
                Map.of("feed_forward_proj", projection.equals("gated-gelu") ? "gelu_new" : projection.replaceFirst("^gated-", "")));
        return new T5(Names.size(c, "vocab_size", 32128), Names.size(c, "d_model", 512), Names.size(c, "d_kv", 64),
                Names.size(c, "num_heads", 8), Names.size(c, "d_ff", 2048), c.integer("num_layers", 1, 1000, 6),
                Names.activation(named, "feed_forward_proj", "relu"), gated,
                c.integer("relative_attention_num_buckets", 4, Names.MOST, 32),
                c.integer("relative_attention_max_distance", 2, Names.MOST, 128), Names.epsilon(c, "layer_norm_epsilon", 1e-6));
    }

    /**
     * An encoder that no config describes: the shapes say it, but for what every published T5 has alike. Where a tensor is missing, the resolver will
     * say so.
     */
    static T5 of(Map<String, SourceTensor> tensors, String from) {
        int layers = 0;
        while (tensors.containsKey(block(from, layers) + ".layer.0.layer_norm.weight")) layers++;
        String attention = block(from, 0) + ".layer.0.SelfAttention.", dense = block(from, 0) + ".layer.1.DenseReluDense.";
        boolean gated = tensors.containsKey(dense + "wi_0.weight");
        int heads = dim(tensors, attention + "relative_attention_bias.weight", 1);
        return new T5(dim(tensors, from + "shared.weight", 0), dim(tensors, from + "shared.weight", 1), dim(tensors, attention + "q.weight", 0) / heads, heads,
                dim(tensors, dense + (gated ? "wi_0" : "wi") + ".weight", 0), Math.max(1, layers), gated ? "gelu_tanh" : "relu", gated,
                dim(tensors, attention + "relative_attention_bias.weight", 0), 128, 1e-6);
    }

    private static String block(String from, int index) {
        return from + "encoder.block." + index;
    }

    private static int dim(Map<String, SourceTensor> tensors, String name, int axis) {
        SourceTensor tensor = tensors.get(name);
        return tensor == null || tensor.dims().length <= axis ? 1 : Math.max(1, tensor.dims()[axis]);
    }

    Map<String, Object> config() {
        var c = new LinkedHashMap<String, Object>();
        c.put("vocab", vocab);
        c.put("model", model);
        c.put("head_size", headSize);
        c.put("heads", heads);
        c.put("feed_forward", feedForward);
        c.put("layers", layers);
        c.put("activation", activation);
        c.put("gated", gated);
        c.put("buckets", buckets);
        c.put("max_distance", maxDistance);
        c.put("epsilon", epsilon);
        return c;
    }

    /** @param from prefix of the checkpoint's names, for example {@code text_encoder.} */
    void targets(Targets t, String from) {
        int inner = heads * headSize;
        t.table("text.embedding", vocab, model, from + "shared.weight", from + "encoder.embed_tokens.weight");
        t.add("text.relative_bias", Target.Role.VECTOR,
                Source.named(from + "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", buckets, heads), buckets,
                heads);
        for (int i = 0; i < layers; i++) {
            String layer = "text.layers." + i;
            String attention = from + "encoder.block." + i + ".layer.0";
            String forward = from + "encoder.block." + i + ".layer.1";
            t.vector(layer + ".attention.norm", model, attention + ".layer_norm.weight");
            t.fused(layer + ".attention.qkv", inner, model, attention + ".SelfAttention.q.weight",
                    attention + ".SelfAttention.k.weight", attention + ".SelfAttention.v.weight");
            t.matrix(layer + ".attention.out", model, inner, attention + ".SelfAttention.o.weight");
            t.vector(layer + ".feed_forward.norm", model, forward + ".layer_norm.weight");
            String dense = forward + ".DenseReluDense.";
            if (gated) {
                t.fused(layer + ".feed_forward.in", feedForward, model, dense + "wi_0.weight", dense + "wi_1.weight");
            } else {
                t.matrix(layer + ".feed_forward.in", feedForward, model, dense + "wi.weight");
            }
            t.matrix(layer + ".feed_forward.out", model, feedForward, dense + "wo.weight");
        }
        t.vector("text.norm", model, from + "encoder.final_layer_norm.weight");
    }
}
