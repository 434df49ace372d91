package io.vivace.backend.cuda;

import io.vivace.graph.Rearrangement.Concat;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Rearrangement.Slice;
import io.vivace.graph.Rearrangement.Transpose;
import io.vivace.graph.Rearrangement.Unfold;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise.Advance;
import io.vivace.graph.Stepwise.CausalKeep;
import io.vivace.graph.Stepwise.Force;
import io.vivace.graph.Stepwise.Window;
import io.vivace.graph.Stepwise.Write;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.MoveKernels;
import io.vivace.kernels.RearrangeKernels;
import io.vivace.kernels.StepKernels;
import java.util.ArrayList;
import java.util.List;

/** Launches of what only moves elements, and of counters. Operands are dense, and have elements of the result's size. */
final class Movements {
    private static final int THREADS = 256, TILE = 32;
    /** As in {@code step.cu}: counters that one launch moves. */
    static final int COUNTERS = 3;

    private Movements() {}

    static List<Launch> copy(Place from, Place to, int size) {
        return runs(from, from.address(), to.address(), 1, size, size, size);
    }

    static List<Launch> of(Slice op, Place x, Place y) {
        Part part = Part.of(op.x().shape(), op.axis(), op.to() - op.from());
        return runs(x, part.at(x, op.from()), y.address(), part.rows, part.length, part.whole, part.length);
    }

    static List<Launch> of(Concat op, List<Place> parts, Place y) {
        List<Launch> launches = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < parts.size(); i++) {
            int count = op.parts().get(i).shape().at(op.axis());
            Part part = Part.of(op.shape(), op.axis(), count);
            launches.addAll(runs(y, parts.get(i).address(), part.at(y, start), part.rows, part.length, part.length, part.whole));
            start += count;
        }
        return launches;
    }

    static List<Launch> of(Window op, Place x, Place position, Place y, Alarm alarm) {
        Part part = Part.of(op.x().shape(), op.axis(), op.count());
        return List.of(MoveKernels.window(bits(y), part.grid(), x.address(), position.address(), y.address(), part.rows, part.length, part.whole,
                part.inner, part.most, alarm.trouble(), alarm.node()));
    }

    static List<Launch> of(Write op, Place state, Place position, Place x, Alarm alarm) {
        Part part = Part.of(op.state().shape(), op.axis(), op.x().shape().at(op.axis()));
        return List.of(MoveKernels.write(bits(state), part.grid(), state.address(), position.address(), x.address(), part.rows, part.length, part.whole,
                part.inner, part.most, alarm.trouble(), alarm.node()));
    }

    private static List<Launch> runs(Place type, long from, long to, int rows, int length, int fromPitch, int toPitch) {
        if (rows == 0 || length == 0) return List.of();
        return List.of(MoveKernels.copy(bits(type), grid(rows, length), from, to, rows, length, fromPitch, toPitch));
    }

    /** A thread moves one to four elements or packs of them. */
    private static Grid grid(int rows, int length) {
        return Grid.covering(Math.multiplyExact(rows, length), 4 * THREADS);
    }

    /**
     * Part of one axis of a whole.
     *
     * @param rows   how often the axis is walked through
     * @param whole  elements of one walk
     * @param length elements of the part of one walk
     * @param inner  elements from one place of the axis to the next
     * @param most   last place where the part can begin
     */
    private record Part(int rows, int whole, int length, int inner, int most) {
        static Part of(Shape shape, int axis, int count) {
            int inner = shape.strides()[axis], whole = shape.at(axis) * inner;
            return new Part(whole == 0 ? 0 : shape.size() / whole, whole, count * inner, inner, shape.at(axis) - count);
        }

        long at(Place place, int start) {
            return place.address() + (long) start * inner * place.type().bytes();
        }

        Grid grid() {
            return Movements.grid(rows, length);
        }
    }

    static List<Launch> of(Transpose op, Place x, Place y) {
        Shape shape = op.shape();
        int size = shape.size();
        if (size == 0) return List.of();
        int[] from = op.x().shape().strides(), strides = new int[shape.rank()];
        for (int axis = 0; axis < strides.length; axis++) strides[axis] = from[op.order()[axis]];
        Axes axes = new Axes(shape, strides);
        int count = axes.count();
        int[] extents = axes.extents, walk = axes.strides(0);
        if (count == 1) return copy(x, y, size);
        int columns = extents[count - 2], rows = extents[count - 1];
        boolean swaps = walk[count - 2] == 1 && walk[count - 1] == columns && (count == 2 || count == 3 && walk[0] == rows * columns);
        if (swaps) {
            int tiles = Math.multiplyExact(Math.ceilDiv(rows, TILE), Math.ceilDiv(columns, TILE));
            Grid grid = Grid.of(Math.multiplyExact(size / (rows * columns), tiles));
            return List.of(RearrangeKernels.swapAxes(bits(y), grid, x.address(), y.address(), rows, columns));
        }
        int[] e = Axes.padded(extents, Axes.MOST, 1), s = Axes.padded(walk, Axes.MOST, 0);
        return List.of(RearrangeKernels.permute(bits(y), Grid.covering(size, THREADS), x.address(), y.address(), size, e[1], e[2], e[3], e[4], e[5],
                s[0], s[1], s[2], s[3], s[4], s[5]));
    }

    static List<Launch> of(Pad op, Place x, Place y) {
        Shape in = op.x().shape();
        int size = op.shape().size();
        return size == 0 ? List.of() : List.of(RearrangeKernels.pad(bits(y), Grid.covering(size, THREADS), x.address(), y.address(), size, in.at(1),
                op.shape().at(1), in.last(), op.left(), Math.max(op.left(), op.right()), op.mode().ordinal()));
    }

    static List<Launch> of(Unfold op, Place x, Place y) {
        Shape in = op.x().shape();
        int size = op.shape().size();
        return size == 0 ? List.of() : List.of(RearrangeKernels.unfold(bits(y), Grid.covering(size, THREADS), x.address(), y.address(), size, in.at(1),
                op.shape().at(1), in.last(), op.kernel(), op.stride(), op.dilation()));
    }

    /** Moves up to {@link #COUNTERS} counters. */
    static Launch advance(List<Advance> moves, List<Place> counters) {
        long[] address = new long[COUNTERS];
        int[] by = new int[COUNTERS];
        for (int i = 0; i < moves.size(); i++) {
            address[i] = counters.get(i).address();
            by[i] = moves.get(i).by();
        }
        return StepKernels.advance(Grid.of(1), address[0], by[0], address[1], by[1], address[2], by[2]);
    }

    static List<Launch> of(CausalKeep op, Place position, Place y) {
        int size = op.shape().size();
        return size == 0 ? List.of() : List.of(StepKernels.causalKeep(Grid.covering(size, THREADS), position.address(), y.address(), size, op.keys()));
    }

    static List<Launch> of(Force op, Place fixed, Place drawn, Place y) {
        int size = op.shape().size();
        return size == 0 ? List.of() : List.of(StepKernels.force(Grid.covering(size, THREADS), fixed.address(), drawn.address(), y.address(), size));
    }

    /** The kernel that moves elements of this size, whatever they mean. */
    private static String bits(Place place) {
        return switch (place.type().bytes()) {
            case 4 -> Type.INT32.suffix();
            case 2 -> Type.BFLOAT16.suffix();
            default -> throw new IllegalArgumentException("no kernel moves elements of " + place.type());
        };
    }
}
