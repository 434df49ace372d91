package io.vivace.graph;

/** The few operations that everything else decomposes into. */
public sealed interface Primitive extends Op permits Arithmetic, Rearrangement, Stepwise { }
