package io.vivace.model.melody;

import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/** Where the coarse layers find keys and values of the semantic tokens: in states that are filled once a window, or made on the spot. */
@FunctionalInterface
interface TokenKeys {

    /**
     * What one layer attends to.
     *
     * @param keys   [batch, tokens, width], turned to their positions already
     * @param values [batch, tokens, width]
     */
    record Pair(Value keys, Value values) {}

    /** @param cross the place of the layer's cross-attention */
    Pair of(Scope cross);
}
