package io.vivace.kernels;

/** Launches of the kernels in {@code tokens.cu}, generated from it. */
public final class TokensKernels {
    private TokensKernels() {}

    public static Launch sampleTokens(String variant, Grid grid, long logits, long settings, long keys, long step, long y, long scratch, int codebooks, int vocabulary, long trouble, int node) {
        return new Launch("tokens", Launch.variant("sample_tokens", variant, "f32"), grid, 256, 0, Launch.bits(logits), Launch.bits(settings), Launch.bits(keys), Launch.bits(step), Launch.bits(y), Launch.bits(scratch), Launch.bits(codebooks), Launch.bits(vocabulary), Launch.bits(trouble), Launch.bits(node));
    }

    public static Launch nextTokens(String variant, Grid grid, long logits, long settings, long keys, long step, long given, long tokens, long column, int ahead, long y, long scratch, int codebooks, int vocabulary, int columns, long trouble, int node) {
        return new Launch("tokens", Launch.variant("next_tokens", variant, "f32"), grid, 256, 0, Launch.bits(logits), Launch.bits(settings), Launch.bits(keys), Launch.bits(step), Launch.bits(given), Launch.bits(tokens), Launch.bits(column), Launch.bits(ahead), Launch.bits(y), Launch.bits(scratch), Launch.bits(codebooks), Launch.bits(vocabulary), Launch.bits(columns), Launch.bits(trouble), Launch.bits(node));
    }

    public static Launch probabilities(String variant, Grid grid, long logits, long settings, long y, int codebooks, int vocabulary, long trouble, int node) {
        return new Launch("tokens", Launch.variant("probabilities", variant, "f32"), grid, 256, 0, Launch.bits(logits), Launch.bits(settings), Launch.bits(y), Launch.bits(codebooks), Launch.bits(vocabulary), Launch.bits(trouble), Launch.bits(node));
    }

    public static Launch draw(Grid grid, long probabilities, long keys, long step, long y, int codebooks, int vocabulary, long trouble, int node) {
        return new Launch("tokens", "draw", grid, 256, 0, Launch.bits(probabilities), Launch.bits(keys), Launch.bits(step), Launch.bits(y), Launch.bits(codebooks), Launch.bits(vocabulary), Launch.bits(trouble), Launch.bits(node));
    }
}
