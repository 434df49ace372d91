package io.vivace.model.discodiff;

import io.vivace.graph.Tensor;

/**
 * What the latents are to sound like.
 *
 * @param text   states of T5's encoder, [clips, tokens, channels], those at padding included; the first token's stands for the whole text
 * @param chroma [clips, frames, pitch classes], over the whole clip whatever their number; null for none
 */
public record Conditions(Tensor text, Tensor chroma) {}
