package io.vivace.graph;

import java.util.Arrays;

/** Extents of a tensor, outermost first; the last one is contiguous. All are known when a graph is built. */
public final class Shape {
    private final int[] extents;

    private Shape(int[] extents) {
        this.extents = extents;
    }

    /** @throws BadGraph if an extent is negative or the number of elements exceeds {@link Integer#MAX_VALUE} */
    public static Shape of(int... extents) {
        long elements = 1;
        for (int extent : extents) {
            if (extent < 0) throw new BadGraph("a shape needs extents of at least 0, not " + Arrays.toString(extents));
            elements = Math.multiplyExact(elements, (long) extent);
            if (elements > Integer.MAX_VALUE) throw new BadGraph("shape " + Arrays.toString(extents) + " has more than 2^31-1 elements");
        }
        return new Shape(extents.clone());
    }

    public int rank() {
        return extents.length;
    }

    /** Extent of an axis; a negative axis counts from the last one. */
    public int at(int axis) {
        return extents[positive(axis)];
    }

    public int last() {
        return at(-1);
    }

    /** Number of elements. */
    public int size() {
        int size = 1;
        for (int extent : extents) size *= extent;
        return size;
    }

    /** Elements before the last axis: the rows of a matrix whose columns are the last axis. */
    public int rows() {
        return last() == 0 ? 0 : size() / last();
    }

    /** The same shape with another extent on one axis. */
    public Shape with(int axis, int extent) {
        int[] changed = extents.clone();
        changed[positive(axis)] = extent;
        return of(changed);
    }

    private int positive(int axis) {
        if (axis < -extents.length || axis >= extents.length) throw new BadGraph("shape " + this + " has no axis " + axis);
        return axis < 0 ? axis + extents.length : axis;
    }

    public Shape withLast(int extent) {
        return with(-1, extent);
    }

    /** Elements between neighbours along each axis. */
    public int[] strides() {
        int[] strides = new int[extents.length];
        int step = 1;
        for (int axis = extents.length - 1; axis >= 0; axis--) {
            strides[axis] = step;
            step *= extents[axis];
        }
        return strides;
    }

    /** The shape that both broadcast to: aligned at the last axis, extents equal or 1. */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] result = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int x = i <= a.rank() ? a.at(-i) : 1;
            int y = i <= b.rank() ? b.at(-i) : 1;
            if (x != y && x != 1 && y != 1) throw new BadGraph("shapes " + a + " and " + b + " do not broadcast");
            result[rank - i] = x == 1 ? y : x;
        }
        return of(result);
    }

    public int[] toArray() {
        return extents.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape s && Arrays.equals(extents, s.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    @Override
    public String toString() {
        return Arrays.toString(extents);
    }
}
