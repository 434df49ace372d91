package io.vivace.model.melody;

import io.vivace.model.clap.ClapConfig;
import io.vivace.weights.Json;

/**
 * The numbers of a MeLoDy model (arXiv 2305.15719). A file may hold some of the parts only; the others are null.
 *
 * @param text   the tower that turns a text into the prompt's embedding
 * @param prompt its quantiser
 */
public record MelodyConfig(ClapConfig text, PromptConfig prompt, SemanticConfig semantic, LmConfig lm, DiffusionConfig diffusion, CodecConfig codec) {

    /** @throws io.vivace.BadCheckpoint if a number is missing, makes no sense, or parts do not fit together */
    public static MelodyConfig of(Json.ObjectNode c) {
        var read = new MelodyConfig(c.has("text") ? ClapConfig.of(c.object("text")) : null,
                c.has("prompt") ? PromptConfig.of(c.object("prompt")) : null, c.has("semantic") ? SemanticConfig.of(c.object("semantic")) : null,
                c.has("lm") ? LmConfig.of(c.object("lm")) : null, c.has("diffusion") ? DiffusionConfig.of(c.object("diffusion")) : null,
                c.has("codec") ? CodecConfig.of(c.object("codec")) : null);
        read.check(c);
        return read;
    }

    private void check(Json.ObjectNode c) {
        if (lm != null) checkLm(c);
        if (diffusion != null) c.get("semantic");
        if (diffusion != null && codec != null && diffusion.latent() != codec.latent()) {
            throw c.object("diffusion").get("latent_channels").wrong("the codec's " + codec.latent());
        }
        if (text != null && (prompt == null || prompt.embedding() != text.projection())) {
            throw c.object("text").get("projection").wrong("the prompt's embedding width, " + (prompt == null ? "0" : prompt.embedding()) + ",");
        }
    }

    private void checkLm(Json.ObjectNode c) {
        c.get("prompt");
        c.get("semantic");
        if ((long) semantic.tokens() + (long) prompt.levels() * prompt.size() > 1 << 24) throw c.object("prompt").get("codebook_size").wrong("a smaller one");
        if (prompt.levels() + semantic.window() - 1 > lm.positions()) {
            throw c.object("lm").get("max_position_embeddings").wrong("room for " + prompt.levels() + " prompt tokens and a window of " + semantic.window());
        }
    }

    /** Rows of the language model's embedding: semantic tokens, then the prompt's, level by level. */
    public int vocabulary() {
        return semantic.tokens() + prompt.levels() * prompt.size();
    }

    /** Latent frames a second, which need not be whole. */
    public double frameRate() {
        return (double) codec.sampleRate() / codec.hop();
    }

    /** Whether everything is there that a prompt of tokens needs to become sound. */
    public boolean whole() {
        return prompt != null && lm != null && diffusion != null && codec != null;
    }
}
