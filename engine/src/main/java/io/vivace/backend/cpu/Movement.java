package io.vivace.backend.cpu;

import io.vivace.graph.Rearrangement.Concat;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Rearrangement.Slice;
import io.vivace.graph.Rearrangement.Transpose;
import io.vivace.graph.Rearrangement.Unfold;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise.Window;
import io.vivace.graph.Stepwise.Write;
import io.vivace.graph.Value;
import java.util.Arrays;
import java.util.List;

/** Operations that only move elements, of either type. */
final class Movement {
    private Movement() {}

    static Kernel copy(Machine machine, int size, Place x, Place y) {
        return machine.elements(size, (from, count) -> System.arraycopy(x.array(), x.at() + from, y.array(), y.at() + from, count));
    }

    static Kernel slice(Machine machine, Slice op, Place x, Place y) {
        Part part = Part.of(op.x().shape(), op.axis(), op.to() - op.from());
        return machine.rows(part.outer, part.length, (row, thread) -> part.read(row, x, op.from(), y));
    }

    static Kernel window(Window op, Place x, Place position, Place y) {
        Part part = Part.of(op.x().shape(), op.axis(), op.count());
        return () -> {
            int start = inside(op.title(), op.count(), position, op.x(), op.axis());
            for (int i = 0; i < part.outer; i++) part.read(i, x, start, y);
        };
    }

    static Kernel write(Write op, Place state, Place position, Place x) {
        int count = op.x().shape().at(op.axis());
        Part part = Part.of(op.state().shape(), op.axis(), count);
        return () -> part.write(x, inside(op.title(), count, position, op.state(), op.axis()), state);
    }

    private static int inside(String title, int count, Place position, Value value, int axis) {
        int at = position.ints()[position.at()];
        if (at < 0 || at > value.shape().at(axis) - count) {
            throw new IndexOutOfBoundsException(title + " of " + count + " elements at position " + at + " leaves axis " + axis + " of " + value);
        }
        return at;
    }

    static Kernel concat(Concat op, List<Place> parts, Place y) {
        Shape shape = op.shape();
        Part[] pieces = op.parts().stream().map(part -> Part.of(shape, op.axis(), part.shape().at(op.axis()))).toArray(Part[]::new);
        int[] starts = new int[pieces.length];
        for (int i = 1; i < starts.length; i++) starts[i] = starts[i - 1] + op.parts().get(i - 1).shape().at(op.axis());
        Place[] sources = parts.toArray(Place[]::new);
        return () -> {
            for (int i = 0; i < sources.length; i++) pieces[i].write(sources[i], starts[i], y);
        };
    }

    /**
     * Part of one axis of a whole.
     *
     * @param outer  how often the axis is walked through
     * @param whole  elements of one walk
     * @param length elements of the part of one walk
     * @param inner  elements from one place of the axis to the next
     */
    private record Part(int outer, int whole, int length, int inner) {
        static Part of(Shape shape, int axis, int count) {
            int inner = shape.strides()[axis], whole = shape.at(axis) * inner;
            return new Part(whole == 0 ? 0 : shape.size() / whole, whole, count * inner, inner);
        }

        void read(int walk, Place from, int start, Place to) {
            System.arraycopy(from.array(), from.at() + walk * whole + start * inner, to.array(), to.at() + walk * length, length);
        }

        void write(Place from, int start, Place to) {
            for (int i = 0; i < outer; i++) {
                System.arraycopy(from.array(), from.at() + i * length, to.array(), to.at() + i * whole + start * inner, length);
            }
        }
    }

    static Kernel pad(Pad op, Place x, Place y) {
        Shape in = op.x().shape();
        int channels = in.last(), frames = in.at(1), padded = op.shape().at(1);
        int[] sources = new int[padded];
        for (int i = 0; i < padded; i++) sources[i] = Convolution.source(op.mode(), i - op.left(), frames, Math.max(op.left(), op.right()));
        return () -> {
            for (int i = 0; i < in.at(0) * padded; i++) {
                int source = sources[i % padded], to = y.at() + i * channels;
                if (source < 0) Arrays.fill(y.floats(), to, to + channels, 0);
                else System.arraycopy(x.floats(), x.at() + (i / padded * frames + source) * channels, y.floats(), to, channels);
            }
        };
    }

    static Kernel unfold(Machine machine, Unfold op, Place x, Place y) {
        Shape in = op.x().shape();
        int channels = in.last(), frames = in.at(1), windows = op.shape().at(1), kernel = op.kernel();
        return machine.rows(in.at(0) * windows * kernel, channels, (row, thread) -> {
            int b = row / (windows * kernel), frame = row / kernel % windows * op.stride() + row % kernel * op.dilation();
            System.arraycopy(x.floats(), x.at() + (b * frames + frame) * channels, y.floats(), y.at() + row * channels, channels);
        });
    }

    static Kernel transpose(Machine machine, Transpose op, Place x, Place y) {
        Shape shape = op.shape();
        int rank = shape.rank(), length = rank == 0 ? 1 : shape.last();
        int[] strides = new int[rank], from = op.x().shape().strides();
        for (int axis = 0; axis < rank; axis++) strides[axis] = from[op.order()[axis]];
        int step = rank == 0 ? 1 : strides[rank - 1];
        return machine.rows(shape.rows(), length, (row, thread) -> {
            int at = x.at(), rest = row;
            for (int axis = rank - 2; axis >= 0; axis--) {
                at += rest % shape.at(axis) * strides[axis];
                rest /= shape.at(axis);
            }
            gather(x, at, step, y, y.at() + row * length, length);
        });
    }

    private static void gather(Place x, int from, int step, Place y, int to, int count) {
        if (step == 1) System.arraycopy(x.array(), from, y.array(), to, count);
        else if (x.floats() != null) for (int i = 0; i < count; i++) y.floats()[to + i] = x.floats()[from + i * step];
        else for (int i = 0; i < count; i++) y.ints()[to + i] = x.ints()[from + i * step];
    }
}
