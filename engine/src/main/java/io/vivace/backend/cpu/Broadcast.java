package io.vivace.backend.cpu;

import io.vivace.graph.Shape;

/**
 * How two operands meet in a result: neighbouring axes that both walk through alike are one. A row is the innermost axis; an operand's step
 * along it is 1 or 0.
 */
final class Broadcast {
    /** Elements of a row, and the operands' steps along it. */
    final int length, aStep, bStep;
    /** Rows of the result. */
    final int rows;
    private final int[] extents, aStrides, bStrides;
    private final int axes;

    Broadcast(Shape a, Shape b, Shape result) {
        int rank = Math.max(1, result.rank());
        int[] e = new int[rank], s = new int[rank], t = new int[rank];
        int count = 0;
        for (int axis = 0; axis < result.rank(); axis++) {
            int extent = result.at(axis), i = stride(a, result, axis), j = stride(b, result, axis);
            if (extent == 1) continue;
            boolean joins = count > 0 && s[count - 1] == i * extent && t[count - 1] == j * extent;
            if (joins) count--;
            e[count] = joins ? e[count] * extent : extent;
            s[count] = i;
            t[count++] = j;
        }
        if (count == 0) e[count++] = 1;
        axes = count - 1;
        extents = e;
        aStrides = s;
        bStrides = t;
        length = e[axes];
        aStep = s[axes];
        bStep = t[axes];
        rows = length == 0 ? 0 : result.size() / length;
    }

    private static int stride(Shape operand, Shape result, int axis) {
        int own = axis - (result.rank() - operand.rank());
        return own < 0 || operand.at(own) == 1 ? 0 : operand.strides()[own];
    }

    /** Place of the first element of a row in the first operand. */
    int aAt(int row) {
        return at(row, aStrides);
    }

    int bAt(int row) {
        return at(row, bStrides);
    }

    private int at(int row, int[] strides) {
        int at = 0, rest = row;
        for (int axis = axes - 1; axis >= 0; axis--) {
            at += rest % extents[axis] * strides[axis];
            rest /= extents[axis];
        }
        return at;
    }
}
