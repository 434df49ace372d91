package io.vivace.graph;

import java.util.Arrays;
import java.util.List;

/** Primitive operations that only move elements; time is axis 1 of [batch, frames, channels]. */
public sealed interface Rearrangement extends Primitive {

    /** The same elements under another shape; no data moves. */
    record Reshape(Value x, Shape to) implements Rearrangement {
        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            if (to.size() != x.shape().size()) throw Check.unfit(this);
            return to;
        }

        @Override
        public DType dtype() {
            return x.dtype();
        }
    }

    /** Axes in another order: axis i of the result is axis {@code order[i]} of x. */
    record Transpose(Value x, int[] order) implements Rearrangement {
        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            int rank = x.shape().rank();
            int[] sorted = order.clone();
            Arrays.sort(sorted);
            int[] extents = new int[rank];
            if (order.length != rank) throw Check.unfit(this);
            for (int i = 0; i < rank; i++) {
                if (sorted[i] != i) throw Check.unfit(this);
                extents[i] = x.shape().at(order[i]);
            }
            return Shape.of(extents);
        }

        @Override
        public DType dtype() {
            return x.dtype();
        }

        @Override
        public String toString() {
            return "Transpose[x=" + x + ", order=" + Arrays.toString(order) + "]";
        }
    }

    /** Elements from (inclusive) … to (exclusive) of one axis. */
    record Slice(Value x, int axis, int from, int to) implements Rearrangement {
        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            if (axis < 0 || axis >= x.shape().rank() || from < 0 || to < from || to > x.shape().at(axis)) throw Check.unfit(this);
            return x.shape().with(axis, to - from);
        }

        @Override
        public DType dtype() {
            return x.dtype();
        }
    }

    /** Values joined along one axis. */
    record Concat(List<Value> parts, int axis) implements Rearrangement {
        @Override
        public List<Value> operands() {
            return parts;
        }

        @Override
        public Shape shape() {
            Shape first = parts.getFirst().shape();
            Check.axis(this, parts.getFirst(), axis);
            int extent = 0;
            for (Value part : parts) {
                if (part.dtype() != dtype() || part.shape().rank() != first.rank()
                        || !part.shape().with(axis, 1).equals(first.with(axis, 1))) throw Check.unfit(this);
                extent = Math.addExact(extent, part.shape().at(axis));
            }
            return first.with(axis, extent);
        }

        @Override
        public DType dtype() {
            return parts.getFirst().dtype();
        }
    }

    /**
     * Frames added before and after [batch, frames, channels]. A signal too short to be reflected is first extended with zeros on the
     * right to max(left, right) + 1 frames, and what was added is cut off again afterwards, as EnCodec does.
     */
    record Pad(Value x, int left, int right, Mode mode) implements Rearrangement {
        public enum Mode { ZERO, REFLECT, REPLICATE }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            Shape s = Check.frames(this, x);
            if (left < 0 || right < 0 || (mode != Mode.ZERO && s.at(1) == 0)) throw Check.unfit(this);
            return s.with(1, Math.addExact(s.at(1), Math.addExact(left, right)));
        }
    }

    /** Windows of frames side by side: [batch, frames, channels] to [batch, windows, kernel·channels], tap outermost. */
    record Unfold(Value x, int kernel, int stride, int dilation) implements Rearrangement {
        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            Shape s = Check.frames(this, x);
            if (kernel < 1 || stride < 1 || dilation < 1 || s.at(1) < reach(kernel, dilation)) throw Check.unfit(this);
            return Shape.of(s.at(0), windows(s.at(1), kernel, stride, dilation), Math.multiplyExact(kernel, s.at(2)));
        }

        /** Frames from the first to the last of a window. */
        static long reach(int kernel, int dilation) {
            return (kernel - 1L) * dilation + 1;
        }

        /** Windows that lie wholly within the frames. */
        static int windows(long frames, int kernel, int stride, int dilation) {
            return Math.toIntExact((frames - reach(kernel, dilation)) / stride + 1);
        }
    }

    /** Rows of a table: [rows, channels] and ids […] to […, channels]. An id outside the table is an error of the run. */
    record Gather(Value table, Value ids) implements Rearrangement {
        @Override
        public List<Value> operands() {
            return List.of(table, ids);
        }

        @Override
        public Shape shape() {
            if (Check.floats(this, table).rank() != 2) throw Check.unfit(this);
            int[] extents = Arrays.copyOf(Check.ints(this, ids).toArray(), ids.shape().rank() + 1);
            extents[extents.length - 1] = table.shape().last();
            return Shape.of(extents);
        }
    }
}
