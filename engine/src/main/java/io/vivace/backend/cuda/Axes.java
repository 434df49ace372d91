package io.vivace.backend.cuda;

import io.vivace.graph.Shape;
import java.util.Arrays;

/**
 * How operands are walked through along the axes of a dense result. Axes of extent 1 are left out, and neighbours that all operands walk
 * through alike are one, so that most results have one or two axes.
 */
final class Axes {
    /** As many as kernels take. */
    static final int MOST = 6;

    /** Extents of the result, outermost first; at least one. */
    final int[] extents;
    private final int[][] strides;

    /** @param walks for each operand the elements between neighbours along each axis of the result; 0 along an axis that it lacks */
    Axes(Shape result, int[]... walks) {
        int[] e = new int[Math.max(1, result.rank())];
        int[][] s = new int[walks.length][e.length];
        int count = 0;
        for (int axis = 0; axis < result.rank(); axis++) {
            int extent = result.at(axis);
            if (extent == 1) continue;
            boolean joins = count > 0;
            for (int k = 0; k < walks.length && joins; k++) joins = s[k][count - 1] == walks[k][axis] * extent;
            if (joins) count--;
            e[count] = joins ? e[count] * extent : extent;
            for (int k = 0; k < walks.length; k++) s[k][count] = walks[k][axis];
            count++;
        }
        if (count == 0) e[count++] = 1;
        extents = Arrays.copyOf(e, count);
        strides = s;
        for (int k = 0; k < s.length; k++) s[k] = Arrays.copyOf(s[k], count);
    }

    /** Operands that broadcast to a result. */
    static Axes broadcast(Shape a, Shape b, Shape result) {
        return new Axes(result, strides(a, result), strides(b, result));
    }

    private static int[] strides(Shape operand, Shape result) {
        int[] own = operand.strides(), strides = new int[result.rank()];
        int missing = result.rank() - operand.rank();
        for (int axis = missing; axis < strides.length; axis++) strides[axis] = operand.at(axis - missing) == 1 ? 0 : own[axis - missing];
        return strides;
    }

    int count() {
        return extents.length;
    }

    /** Elements of an operand between neighbours along each axis. */
    int[] strides(int operand) {
        return strides[operand];
    }

    /** Fills up with axes of extent 1 on the outside. */
    static int[] padded(int[] values, int count, int filling) {
        if (values.length > count) throw new IllegalArgumentException("no kernel takes the " + values.length + " axes of " + Arrays.toString(values));
        int[] all = new int[count];
        Arrays.fill(all, filling);
        System.arraycopy(values, 0, all, count - values.length, values.length);
        return all;
    }
}
