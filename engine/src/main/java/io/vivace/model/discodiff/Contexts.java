package io.vivace.model.discodiff;

import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/** Where cross-attention finds what it looks at. */
@FunctionalInterface
interface Contexts {

    /**
     * Keys and values of one attention, [rows, tokens, heads·channels of a head] each.
     *
     * @param keys   of the tokens
     * @param values of the tokens
     */
    record Pair(Value keys, Value values) {}

    /**
     * @param attention its place among the weights
     * @param number    which one of its level, {@link DiscoDiffConfig#CHROMA} or {@link DiscoDiffConfig#TEXT}
     */
    Pair of(Scope attention, int number);
}
