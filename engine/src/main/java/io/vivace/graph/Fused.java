package io.vivace.graph;

/**
 * An operation that means more than one arithmetic step, and can say so in simpler operations. The decomposition, run by the reference
 * interpreter in double precision, is the definition that every kernel is tested against.
 */
public sealed interface Fused extends Op
        permits Activate, AdaptiveNorm, Attention, CachedAttention, CausalDepthwiseConv, Conv1d, Conv2d, ConvTranspose1d, EmbeddingSum, Film, Gated,
                GroupNorm, Guide, LayerNorm, Linear, Lstm, NextTokens, NormedLinear, RmsNorm, Rotary, SampleTokens, SelectiveScan, Snake, Sru,
                StateSpaceDuality, TokenEmbedding {

    /** Appends simpler operations to the graph that the operands belong to; returns their result. */
    Value decompose(Graph g);
}
