package io.vivace.backend.cuda;

import io.vivace.graph.Activate;
import io.vivace.graph.Arithmetic.Affine;
import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Arithmetic.Mask;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Arithmetic.Unary;
import io.vivace.graph.Gated;
import io.vivace.graph.Guide;
import io.vivace.graph.Shape;
import io.vivace.kernels.BroadcastKernels;
import io.vivace.kernels.ElementwiseKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.ReduceKernels;
import java.util.List;

/** Launches of arithmetic on elements and axes. Operands are dense, and of the type of the result. */
final class Elementwise {
    private static final int THREADS = 256, BY_FOUR = 4 * THREADS, COLUMNS = 32;

    private Elementwise() {}

    static List<Launch> of(Unary op, Place x, Place y) {
        int size = op.shape().size();
        return size == 0 ? List.of() : List.of(ElementwiseKernels.unary(y.suffix(), byFour(size), x.address(), y.address(), size, op.kind().ordinal()));
    }

    static List<Launch> of(Activate op, Place x, Place y) {
        int size = op.shape().size();
        return size == 0 ? List.of()
                : List.of(ElementwiseKernels.activate(y.suffix(), byFour(size), x.address(), y.address(), size, op.activation().ordinal()));
    }

    static List<Launch> of(Affine op, Place x, Place y) {
        int size = op.shape().size();
        return size == 0 ? List.of() : List.of(ElementwiseKernels.affine(y.suffix(), byFour(size), x.address(), y.address(), size,
                (float) op.scale(), (float) op.offset()));
    }

    /** The same elements as another floating-point type. */
    static List<Launch> cast(Place x, Place y, int size) {
        return size == 0 ? List.of() : List.of(ElementwiseKernels.cast(x.suffix() + "_" + y.suffix(), byFour(size), x.address(), y.address(), size));
    }

    static List<Launch> of(Gated op, Place x, Place y) {
        int size = op.shape().size();
        return size == 0 ? List.of() : List.of(ElementwiseKernels.gated(y.suffix(), byFour(size), x.address(), y.address(), size, op.shape().last(),
                op.activation().ordinal()));
    }

    /** @param scale float32 */
    static List<Launch> of(Guide op, Place both, Place scale, Place y) {
        int size = op.shape().size();
        return size == 0 ? List.of() : List.of(ElementwiseKernels.guide(y.suffix(), byFour(size), both.address(), scale.address(), y.address(), size));
    }

    static List<Launch> of(Binary op, Place a, Place b, Place y) {
        int size = op.shape().size(), kind = op.kind().ordinal();
        if (size == 0) return List.of();
        Axes axes = Axes.broadcast(op.a().shape(), op.b().shape(), op.shape());
        if (axes.count() <= 2) {
            int[] p = Axes.padded(axes.strides(0), 2, 0), q = Axes.padded(axes.strides(1), 2, 0);
            return List.of(BroadcastKernels.binary(y.suffix(), byFour(size), a.address(), b.address(), y.address(), size, length(axes),
                    p[0], p[1], q[0], q[1], kind));
        }
        int[] e = Axes.padded(axes.extents, Axes.MOST, 1), p = Axes.padded(axes.strides(0), Axes.MOST, 0), q = Axes.padded(axes.strides(1), Axes.MOST, 0);
        return List.of(BroadcastKernels.binaryStrided(y.suffix(), Grid.covering(size, THREADS), a.address(), b.address(), y.address(), size, kind,
                e[1], e[2], e[3], e[4], e[5], p[0], p[1], p[2], p[3], p[4], p[5], q[0], q[1], q[2], q[3], q[4], q[5]));
    }

    static List<Launch> of(Mask op, Place x, Place keep, Place y) {
        int size = op.shape().size();
        if (size == 0) return List.of();
        Axes axes = Axes.broadcast(op.x().shape(), op.keep().shape(), op.shape());
        if (axes.count() <= 2) {
            int[] p = Axes.padded(axes.strides(0), 2, 0), q = Axes.padded(axes.strides(1), 2, 0);
            return List.of(BroadcastKernels.mask(y.suffix(), byFour(size), x.address(), keep.address(), y.address(), size, length(axes),
                    p[0], p[1], q[0], q[1]));
        }
        int[] e = Axes.padded(axes.extents, Axes.MOST, 1), p = Axes.padded(axes.strides(0), Axes.MOST, 0), q = Axes.padded(axes.strides(1), Axes.MOST, 0);
        return List.of(BroadcastKernels.maskStrided(y.suffix(), Grid.covering(size, THREADS), x.address(), keep.address(), y.address(), size,
                e[1], e[2], e[3], e[4], e[5], p[0], p[1], p[2], p[3], p[4], p[5], q[0], q[1], q[2], q[3], q[4], q[5]));
    }

    static List<Launch> of(Reduce op, Place x, Place y) {
        Shape shape = op.x().shape();
        int extent = shape.at(op.axis()), inner = shape.strides()[op.axis()], results = op.shape().size(), kind = op.kind().ordinal();
        if (results == 0) return List.of();
        if (inner == 1) return List.of(ReduceKernels.reduceRows(y.suffix(), Grid.of(results), x.address(), y.address(), extent, kind));
        Grid grid = Grid.of(Math.multiplyExact(results / inner, Math.ceilDiv(inner, COLUMNS)));
        return List.of(ReduceKernels.reduceColumns(y.suffix(), grid, x.address(), y.address(), extent, inner, kind));
    }

    private static int length(Axes axes) {
        return axes.extents[axes.count() - 1];
    }

    private static Grid byFour(int size) {
        return Grid.covering(size, BY_FOUR);
    }
}
