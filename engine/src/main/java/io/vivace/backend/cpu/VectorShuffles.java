package io.vivace.backend.cpu;

import jdk.incubator.vector.VectorShuffle;

/** Rotations of lanes, as constants that the compiler can see. */
final class VectorShuffles {
    static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(VectorMath.SPECIES, 8, 1, true);
    static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(VectorMath.SPECIES, 4, 1, true);
    static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(VectorMath.SPECIES, 2, 1, true);

    private VectorShuffles() {}
}
