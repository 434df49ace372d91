package io.vivace.model.musicgen;

import io.vivace.graph.Tensor;

/**
 * What a batch is conditioned on.
 *
 * @param text   states of the text encoder, [batch, tokens, text width], or null: nothing to attend to
 * @param mask   int32 [batch, tokens], 0 hides a token, or null with text
 * @param chroma one-hot frames [batch, chroma length, bins] for the melody models, else null
 */
record Conditions(Tensor text, Tensor mask, Tensor chroma) {

    static final Conditions NONE = new Conditions(null, null, null);

    int tokens() {
        return text == null ? 0 : text.shape().at(1);
    }
}
