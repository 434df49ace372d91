package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private static double between(float[] expected, float... actual) {
        return Difference.between(Tensor.of(Shape.of(expected.length), expected), Tensor.of(Shape.of(actual.length), actual));
    }

    private static float[] floats(float... elements) {
        return elements;
    }

    @Test
    void isTheRelativeLength() {
        assertEquals(0, between(floats(3, 4), 3, 4));
        assertEquals(0.2, between(floats(3, 4), 4, 4));
        assertEquals(INFINITY, between(floats(0, 0), 0, 1e-30f));
        assertEquals(0, between(floats(0, 0), 0, -0f));
    }

    @Test
    void whatIsNotFiniteMustBeEqual() {
        assertEquals(0, between(floats(-INFINITY, 1), -INFINITY, 1));
        assertEquals(0, between(floats(Float.NaN, 1), Float.NaN, 1));
        assertEquals(INFINITY, between(floats(-INFINITY, 1), INFINITY, 1));
        assertEquals(INFINITY, between(floats(1, 1), Float.NaN, 1));
        assertEquals(INFINITY, between(floats(Float.NaN, 1), 1, 1));
        assertEquals(INFINITY, between(floats(1, 1), INFINITY, 1));
    }

    @Test
    void shapesTypesAndIntegersMustBeEqual() {
        assertEquals(INFINITY, between(floats(1), 1, 1));
        assertEquals(INFINITY, Difference.between(Tensor.of(Shape.of(1), 1), Tensor.of(Shape.of(1), 1f)));
        assertEquals(INFINITY, Difference.between(Tensor.of(Shape.of(1), 1), Tensor.of(Shape.of(1), 2)));
        assertEquals(0, Difference.between(Tensor.of(Shape.of(1), 1), Tensor.of(Shape.of(1), 1)));
    }
}
