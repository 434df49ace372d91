package io.vivace.model.diffusion;

import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;

/**
 * Rotary positions of the coarse path as tables for {@link io.vivace.graph.Rotary}, in float32 like the reference: segments stand at whole numbers,
 * semantic tokens between them, at the time of their middle.
 */
public final class SegmentPositions {
    private static final double BASE = 10000;

    private SegmentPositions() {}

    /** Segments 0 … count − 1: [count, size of a head]. */
    public static Tensor segments(int count, int size) {
        var positions = new float[count];
        for (int i = 0; i < count; i++) positions[i] = i;
        return table(positions, size);
    }

    /** Tokens 0 … count − 1, in hops of half a segment: [count, size of a head]. */
    public static Tensor tokens(int count, double framesPerToken, int segment, int size) {
        var positions = new float[count];
        float step = (float) (framesPerToken / (segment / 2));
        for (int i = 0; i < count; i++) positions[i] = (i + 0.5f) * step;
        return table(positions, size);
    }

    private static Tensor table(float[] positions, int size) {
        int half = size / 2;
        var table = new float[positions.length * size];
        for (int i = 0; i < half; i++) {
            float frequency = (float) Math.pow(BASE, -(float) i / half);
            for (int p = 0; p < positions.length; p++) {
                float angle = positions[p] * frequency;
                table[p * size + i] = (float) Math.cos(angle);
                table[p * size + half + i] = (float) Math.sin(angle);
            }
        }
        return Tensor.of(Shape.of(positions.length, size), table);
    }
}
