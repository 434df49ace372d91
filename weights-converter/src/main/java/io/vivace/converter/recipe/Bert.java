package io.vivace.converter.recipe;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * BERT's encoder, and the RoBERTa that CLAP has as its text tower (transformers' BertModel, ClapTextModelWithProjection).
 *
 * @param projection width of CLAP's projection, 0 for none
 * @param normalized whether the embedding is scaled to length 1: ClapModel does, the text tower alone does not
 */
record Bert(int vocab, int hidden, int layers, int heads, int feedForward, String activation, int positions, int types, double epsilon,
            int pad, int projection, String projectionActivation, boolean normalized) {
    /** Tensors of CLAP that its text tower does without. */
    static final String BESIDE_TEXT = "(audio_model\\..*|audio_projection\\..*|logit_scale.*)";

    static Bert bert(ObjectNode c) {
        return read(c, c, new int[] {30522, 512, 2, 0}, false, false);
    }

    /** @param whole the config of ClapModel, or of the text tower alone */
    static Bert clap(ObjectNode text, ObjectNode whole, boolean normalized) {
        return read(text, whole, new int[] {50265, 514, 1, 1}, true, normalized);
    }

    private static Bert read(ObjectNode c, ObjectNode whole, int[] defaults, boolean projected, boolean normalized) {
        int vocab = Names.size(c, "vocab_size", defaults[0]);
        var bert = new Bert(vocab, Names.size(c, "hidden_size", 768), c.integer("num_hidden_layers", 1, 1000, 12),
                Names.size(c, "num_attention_heads", 12), Names.size(c, "intermediate_size", 3072),
                Names.activation(c, "hidden_act", "gelu"),
                Names.size(c, "max_position_embeddings", defaults[1]), Names.size(c, "type_vocab_size", defaults[2]),
                Names.epsilon(c, "layer_norm_eps", 1e-12), c.integer("pad_token_id", 0, vocab - 1, defaults[3]),
                projected ? Names.size(whole, "projection_dim", Names.size(c, "projection_dim", 512)) : 0,
                projected ? Names.activation(c, "projection_hidden_act", "relu") : null, normalized);
        Names.check(bert.hidden % bert.heads == 0, c, "the width " + bert.hidden + " cannot be divided among " + bert.heads + " heads");
        return bert;
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
        c.put("types", types);
        c.put("epsilon", epsilon);
        c.put("pad", pad);
        c.put("projection", projection == 0 ? null : projection);
        c.put("projection_activation", projectionActivation);
        c.put("normalized", normalized);
        return c;
    }

    /** The text tower of a folder that holds CLAP, or that tower alone. */
    static Bert tower(ObjectNode config) {
        return switch (config.text("model_type")) {
            case "clap" -> clap(config.object("text_config"), config, true);
            case "clap_text_model" -> clap(config, config, false);
            default -> throw new BadCheckpoint(config.at() + ": model_type is " + config.get("model_type").brief()
                    + ", but text towers are clap or clap_text_model; give the folder of one of these.");
        };
    }

    /**
     * @param from   prefix of the tower's names
     * @param beside prefix of the projection's, which stands beside the tower, not under it
     */
    void targets(Targets t, String from, String beside) {
        t.table("text.word", vocab, hidden, from + "embeddings.word_embeddings.weight");
        t.table("text.position", positions, hidden, from + "embeddings.position_embeddings.weight");
        t.table("text.type", types, hidden, from + "embeddings.token_type_embeddings.weight");
        t.norm("text.embeddings.norm", hidden, from + "embeddings.LayerNorm");
        for (int i = 0; i < layers; i++) {
            String source = from + "encoder.layer." + i;
            String layer = "text.layers." + i;
            String self = source + ".attention.self.";
            t.fused(layer + ".attention.qkv.weight", hidden, hidden, self + "query.weight", self + "key.weight", self + "value.weight");
            t.joined(layer + ".attention.qkv.bias", hidden, self + "query.bias", self + "key.bias", self + "value.bias");
            t.affine(layer + ".attention.out", hidden, hidden, source + ".attention.output.dense");
            t.norm(layer + ".attention.norm", hidden, source + ".attention.output.LayerNorm");
            t.affine(layer + ".feed_forward.in", feedForward, hidden, source + ".intermediate.dense");
            t.affine(layer + ".feed_forward.out", hidden, feedForward, source + ".output.dense");
            t.norm(layer + ".feed_forward.norm", hidden, source + ".output.LayerNorm");
        }
        t.affine("text.pooler", hidden, hidden, from + "pooler.dense");
        if (projection > 0) {
            t.affine("text.projection.in", projection, hidden, beside + "text_projection.linear1");
            t.affine("text.projection.out", projection, projection, beside + "text_projection.linear2");
        }
    }
}
