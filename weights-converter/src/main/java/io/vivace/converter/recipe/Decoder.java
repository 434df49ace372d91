package io.vivace.converter.recipe;

import io.vivace.converter.recipe.Target.Role;
import io.vivace.weights.Json.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** MusicGen's decoder (transformers' MusicgenDecoderConfig and MusicgenForCausalLM; audiocraft's LMModel). */
record Decoder(int vocab, int hidden, int layers, int heads, int feedForward, int codebooks, int channels, String activation,
               int maxPositions, int pad, boolean crossAttention) {

    static Decoder read(ObjectNode c, boolean crossAttention) {
        int vocab = Names.size(c, "vocab_size", 2048);
        var decoder = new Decoder(vocab, Names.size(c, "hidden_size", 1024), c.integer("num_hidden_layers", 1, 1000, 24),
                Names.size(c, "num_attention_heads", 16), Names.size(c, "ffn_dim", 4096), c.integer("num_codebooks", 1, 256, 4),
                c.integer("audio_channels", 1, 2, 1), Names.activation(c, "activation_function", "gelu"),
                Names.size(c, "max_position_embeddings", 2048), c.integer("pad_token_id", 0, vocab, vocab), crossAttention);
        decoder.check(c);
        return decoder;
    }

    void check(ObjectNode c) {
        Names.check(hidden % heads == 0 && hidden % 2 == 0, c, "the width " + hidden + " is odd or cannot be divided among " + heads
                + " heads");
        Names.check(codebooks % channels == 0, c, codebooks + " codebooks cannot be divided among " + channels + " channels");
        Names.check(pad == vocab, c, "the padding token " + pad + " is not the one behind the " + vocab + " codes");
    }

    Map<String, Object> config() {
        var c = new LinkedHashMap<String, Object>();
        c.put("vocab", vocab);
        c.put("hidden", hidden);
        c.put("layers", layers);
        c.put("heads", heads);
        c.put("feed_forward", feedForward);
        c.put("codebooks", codebooks);
        c.put("channels", channels);
        c.put("activation", activation);
        c.put("max_positions", maxPositions);
        c.put("pad", pad);
        c.put("cross_attention", crossAttention);
        return c;
    }

    /** Names as transformers has them; {@code from} is {@code decoder.} inside a whole model. */
    void transformers(Targets t, String from) {
        String model = from + "model.decoder.";
        for (int k = 0; k < codebooks; k++) {
            t.table("decoder.embedding." + k, vocab + 1, hidden, model + "embed_tokens." + k + ".weight");
        }
        for (int i = 0; i < layers; i++) {
            String source = model + "layers." + i;
            String layer = "decoder.layers." + i;
            t.norm(layer + ".self.norm", hidden, source + ".self_attn_layer_norm");
            t.fused(layer + ".self.qkv", hidden, hidden, source + ".self_attn.q_proj.weight", source + ".self_attn.k_proj.weight",
                    source + ".self_attn.v_proj.weight");
            t.matrix(layer + ".self.out", hidden, hidden, source + ".self_attn.out_proj.weight");
            if (crossAttention) {
                t.norm(layer + ".cross.norm", hidden, source + ".encoder_attn_layer_norm");
                t.matrix(layer + ".cross.q", hidden, hidden, source + ".encoder_attn.q_proj.weight");
                t.fused(layer + ".cross.kv", hidden, hidden, source + ".encoder_attn.k_proj.weight", source
                        + ".encoder_attn.v_proj.weight");
                t.matrix(layer + ".cross.out", hidden, hidden, source + ".encoder_attn.out_proj.weight");
            }
            t.norm(layer + ".feed_forward.norm", hidden, source + ".final_layer_norm");
            t.matrix(layer + ".feed_forward.in", feedForward, hidden, source + ".fc1.weight");
            t.matrix(layer + ".feed_forward.out", hidden, feedForward, source + ".fc2.weight");
        }
        t.norm("decoder.norm", hidden, model + "layer_norm");
        heads(t, from + "lm_heads.%d.weight");
    }

    /** Names as audiocraft has them; in_proj_weight holds the rows of q, k and v. */
    void audiocraft(Targets t, String from) {
        for (int k = 0; k < codebooks; k++) {
            t.table("decoder.embedding." + k, vocab + 1, hidden, from + "emb." + k + ".weight");
        }
        for (int i = 0; i < layers; i++) {
            String source = from + "transformer.layers." + i;
            String layer = "decoder.layers." + i;
            t.norm(layer + ".self.norm", hidden, source + ".norm1");
            t.matrix(layer + ".self.qkv", 3 * hidden, hidden, source + ".self_attn.in_proj_weight");
            t.matrix(layer + ".self.out", hidden, hidden, source + ".self_attn.out_proj.weight");
            if (crossAttention) {
                Source.Named rows = Source.named(source + ".cross_attention.in_proj_weight", 3 * hidden, hidden);
                t.norm(layer + ".cross.norm", hidden, source + ".norm_cross");
                t.add(layer + ".cross.q", Role.MATRIX, new Source.Slice(rows, 0, hidden), hidden, hidden);
                t.add(layer + ".cross.kv", Role.MATRIX, new Source.Slice(rows, hidden, 2 * hidden), 2 * hidden, hidden);
                t.matrix(layer + ".cross.out", hidden, hidden, source + ".cross_attention.out_proj.weight");
            }
            t.norm(layer + ".feed_forward.norm", hidden, source + ".norm2");
            t.matrix(layer + ".feed_forward.in", feedForward, hidden, source + ".linear1.weight");
            t.matrix(layer + ".feed_forward.out", hidden, feedForward, source + ".linear2.weight");
        }
        t.norm("decoder.norm", hidden, from + "out_norm");
        heads(t, from + "linears.%d.weight");
    }

    private void heads(Targets t, String pattern) {
        var parts = new ArrayList<Source>();
        for (int k = 0; k < codebooks; k++) {
            parts.add(Source.named(pattern.formatted(k), vocab, hidden));
        }
        t.add("decoder.heads", Role.MATRIX, new Source.Stacked(parts), codebooks * vocab, hidden);
    }
}
