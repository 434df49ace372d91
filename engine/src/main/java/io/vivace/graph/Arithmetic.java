package io.vivace.graph;

import java.util.Arrays;
import java.util.List;

/** Primitive operations that compute new numbers. Broadcasting aligns shapes at the last axis. */
public sealed interface Arithmetic extends Primitive {

    /** {@code a ∘ b}, elementwise with broadcasting, float32. */
    record Binary(Kind kind, Value a, Value b) implements Arithmetic {
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
    record Unary(Kind kind, Value x) implements Arithmetic {
        public enum Kind { RELU, MINIMUM_ZERO, EXP, EXPM1, LOG, TANH, SIGMOID, ERF, RECIPROCAL_ROOT, SIN, COS, SOFTPLUS }

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
    record Affine(Value x, double scale, double offset) implements Arithmetic {
        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            return Check.floats(this, x);
        }
    }

    /** Matrix product over the last two axes, [.., M, K] by [.., K, N], or by [.., N, K] where transposed; leading axes broadcast. */
    record MatMul(Value a, Value b, boolean transposed) implements Arithmetic {
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
    record Reduce(Kind kind, Value x, int axis) implements Arithmetic {
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

    /** Exponentials that sum to 1 over the last axis. A row of nothing but −∞ gives zeros. */
    record Softmax(Value x) implements Arithmetic {
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
    record Mask(Value x, Value keep) implements Arithmetic {
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

    /** Index of the nearest row (least squared distance, the first of equals): […, channels] and [rows, channels] to […]. */
    record Nearest(Value x, Value table) implements Arithmetic {
        @Override
        public List<Value> operands() {
            return List.of(x, table);
        }

        @Override
        public Shape shape() {
            Shape s = Check.floats(this, x);
            Shape rows = Check.floats(this, table);
            Check.that(this, s.rank() > 0 && rows.rank() == 2 && rows.last() == s.last() && rows.at(0) > 0);
            return Shape.of(Arrays.copyOf(s.toArray(), s.rank() - 1));
        }

        @Override
        public DType dtype() {
            return DType.INT32;
        }
    }
}
