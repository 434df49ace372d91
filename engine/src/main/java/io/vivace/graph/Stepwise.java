package io.vivace.graph;

import java.util.List;

/**
 * Primitive operations of graphs that run step by step: they change states, or depend on a position that is known only at run time.
 */
public sealed interface Stepwise extends Primitive {

    /** {@code count} elements of one axis from a position (int32 [1]) that is known only at run time. */
    record Window(Value x, int axis, Value position, int count) implements Stepwise {
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
    record Write(Value state, int axis, Value position, Value x) implements Stepwise {
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
    record Advance(Value counter, int by) implements Stepwise {
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

    /** 1 where key j may be seen by query i, that is j ≤ position + i, else 0: int32 [queries, keys]. Position is int32 [1]. */
    record CausalKeep(Value position, int queries, int keys) implements Stepwise {
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

    /** {@code fixed} where it is not negative, else {@code drawn}; int32, equal shapes. */
    record Force(Value fixed, Value drawn) implements Stepwise {
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
