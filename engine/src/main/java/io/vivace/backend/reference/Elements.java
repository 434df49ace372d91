package io.vivace.backend.reference;

import io.vivace.graph.DType;
import io.vivace.graph.Tensor;

/** The elements of a value, row-major: {@code double[]} for FLOAT32, {@code int[]} for INT32. */
final class Elements {
    private Elements() {}

    static Object zeros(DType dtype, int size) {
        return dtype == DType.FLOAT32 ? new double[size] : new int[size];
    }

    static Object of(Tensor tensor) {
        return tensor.dtype() == DType.FLOAT32 ? widen(tensor.floats()) : tensor.ints().clone();
    }

    static double[] widen(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) doubles[i] = floats[i];
        return doubles;
    }

    /** Rounds to the element type of the tensor. */
    static void copy(Object elements, Tensor into) {
        if (elements instanceof int[] ints) {
            System.arraycopy(ints, 0, into.ints(), 0, ints.length);
            return;
        }
        double[] doubles = (double[]) elements;
        for (int i = 0; i < doubles.length; i++) into.floats()[i] = (float) doubles[i];
    }
}
