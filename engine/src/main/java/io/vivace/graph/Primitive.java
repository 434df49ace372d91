package io.vivace.graph;

import java.util.Arrays;
import java.util.List;

/**
 * The few operations that everything else decomposes into. Broadcasting aligns shapes at the last axis; time is axis 1 of
 * [batch, frames, channels].
 */
public sealed interface Primitive extends Op {

    /** {@code a ∘ b}, elementwise with broadcasting, float32. */
    record Binary(Kind kind, Value a, Value b) implements Primitive {
        public enum Kind { ADD, SUBTRACT, MULTIPLY, DIVIDE }

        @Override
        public List<Value> operands() {
            return List.of(a, b);
        }

        @Override
        public Shape shape() {
            return Check.broadcast(this, Check.floats(this, a), Check.floats(this, b));
        }
    }

    /** {@code f(x)}, elementwise, float32. */
    record Unary(Kind kind, Value x) implements Primitive {
        public enum Kind { RELU, MINIMUM_ZERO, EXP, EXPM1, LOG, TANH, SIGMOID, ERF, RECIPROCAL_ROOT }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            return Check.floats(this, x);
        }
    }

    /** {@code x * scale + offset} with constants. */
    record Affine(Value x, double scale, double offset) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            return Check.floats(this, x);
        }
    }

    /** Matrix product over the last two axes, [.., M, K] by [.., K, N], or by [.., N, K] where {@code transposed}; leading axes broadcast. */
    record MatMul(Value a, Value b, boolean transposed) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(a, b);
        }

        @Override
        public Shape shape() {
            Shape x = Check.floats(this, a), y = Check.floats(this, b);
            if (x.rank() < 2 || y.rank() < 2 || x.last() != y.at(transposed ? -1 : -2)) throw Check.unfit(this);
            Shape lead = Check.broadcast(this, lead(x), lead(y));
            int[] extents = Arrays.copyOf(lead.toArray(), lead.rank() + 2);
            extents[lead.rank()] = x.at(-2);
            extents[lead.rank() + 1] = y.at(transposed ? -2 : -1);
            return Shape.of(extents);
        }

        private static Shape lead(Shape shape) {
            return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 2));
        }
    }

    /** Sum, mean or maximum over one axis, which stays with extent 1. */
    record Reduce(Kind kind, Value x, int axis) implements Primitive {
        public enum Kind { SUM, MEAN, MAXIMUM }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            Shape s = Check.floats(this, x);
            if (axis < 0 || axis >= s.rank() || s.at(axis) == 0) throw Check.unfit(this);
            return s.with(axis, 1);
        }
    }

    /** The same elements under another shape; no data moves. */
    record Reshape(Value x, Shape to) implements Primitive {
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
    record Transpose(Value x, int[] order) implements Primitive {
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
    record Slice(Value x, int axis, int from, int to) implements Primitive {
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
    record Concat(List<Value> parts, int axis) implements Primitive {
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
    record Pad(Value x, int left, int right, Mode mode) implements Primitive {
        public enum Mode { ZERO, REFLECT, REPLICATE }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            Shape s = Check.frames(this, x);
            if (left < 0 || right < 0 || (mode != Mode.ZERO && s.at(1) == 0)) throw Check.unfit(this);
            return s.with(1, s.at(1) + left + right);
        }
    }

    /** Windows of frames side by side: [batch, frames, channels] to [batch, windows, kernel·channels], tap outermost. */
    record Unfold(Value x, int kernel, int stride, int dilation) implements Primitive {
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
    record Gather(Value table, Value ids) implements Primitive {
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

    /** Index of the nearest row (least squared distance, the first of equals): […, channels] and [rows, channels] to […]. */
    record Nearest(Value x, Value table) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(x, table);
        }

        @Override
        public Shape shape() {
            Shape s = Check.floats(this, x);
            if (Check.floats(this, table).rank() != 2 || s.rank() == 0 || table.shape().last() != s.last() || table.shape().at(0) == 0) throw Check.unfit(this);
            return Shape.of(Arrays.copyOf(s.toArray(), s.rank() - 1));
        }

        @Override
        public DType dtype() {
            return DType.INT32;
        }
    }

    /** Exponentials that sum to 1 over the last axis. A row of nothing but −∞ gives zeros. */
    record Softmax(Value x) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            return Check.floats(this, x);
        }
    }

    /** x where keep is not 0, −∞ elsewhere; keep (int32) broadcasts to x. */
    record Mask(Value x, Value keep) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(x, keep);
        }

        @Override
        public Shape shape() {
            Shape s = Check.floats(this, x);
            if (!Check.broadcast(this, s, Check.ints(this, keep)).equals(s)) throw Check.unfit(this);
            return s;
        }
    }

    /** 1 where key j may be seen by query i, that is j ≤ position + i, else 0: int32 [queries, keys]. Position is int32 [1]. */
    record CausalKeep(Value position, int queries, int keys) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(position);
        }

        @Override
        public Shape shape() {
            Check.scalar(this, position);
            return Shape.of(queries, keys);
        }

        @Override
        public DType dtype() {
            return DType.INT32;
        }
    }

    /** {@code count} elements of one axis from a position (int32 [1]) that is known only at run time. */
    record Window(Value x, int axis, Value position, int count) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(x, position);
        }

        @Override
        public Shape shape() {
            Check.scalar(this, position);
            Check.axis(this, x, axis);
            if (count < 0 || count > x.shape().at(axis)) throw Check.unfit(this);
            return x.shape().with(axis, count);
        }

        @Override
        public DType dtype() {
            return x.dtype();
        }
    }

    /** Overwrites part of a state along one axis, from a position (int32 [1]) that is known only at run time. */
    record Write(Value state, int axis, Value position, Value x) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(state, position, x);
        }

        @Override
        public Shape shape() {
            Check.scalar(this, position);
            Check.axis(this, state, axis);
            Shape s = state.shape(), part = x.shape();
            if (state.dtype() != x.dtype() || part.rank() != s.rank() || part.at(axis) > s.at(axis)
                    || !part.with(axis, 1).equals(s.with(axis, 1))) throw Check.unfit(this);
            return null;
        }

        @Override
        public List<Value> writes() {
            return List.of(state);
        }
    }

    /** Adds a constant to a counter, an int32 [1] state. */
    record Advance(Value counter, int by) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(counter);
        }

        @Override
        public Shape shape() {
            Check.scalar(this, counter);
            return null;
        }

        @Override
        public List<Value> writes() {
            return List.of(counter);
        }
    }

    /** {@code fixed} where it is not negative, else {@code drawn}; int32, equal shapes. */
    record Force(Value fixed, Value drawn) implements Primitive {
        @Override
        public List<Value> operands() {
            return List.of(fixed, drawn);
        }

        @Override
        public Shape shape() {
            if (!Check.ints(this, fixed).equals(Check.ints(this, drawn))) throw Check.unfit(this);
            return fixed.shape();
        }

        @Override
        public DType dtype() {
            return DType.INT32;
        }
    }
}
