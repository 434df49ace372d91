package io.vivace.graph;

/** Demands that operations make of their operands. */
final class Check {
    private Check() {}

    static BadGraph unfit(Op op) {
        return new BadGraph(op.title() + " does not fit its operands: " + op);
    }

    static void that(Op op, boolean fits) {
        if (!fits) throw unfit(op);
    }

    static Shape floats(Op op, Value x) {
        that(op, x.dtype() == DType.FLOAT32);
        return x.shape();
    }

    static Shape ints(Op op, Value x) {
        that(op, x.dtype() == DType.INT32);
        return x.shape();
    }

    /** The shape that both operands broadcast to. */
    static Shape broadcast(Op op, Shape a, Shape b) {
        try {
            return Shape.broadcast(a, b);
        } catch (BadGraph e) {
            throw unfit(op);
        }
    }

    static void axis(Op op, Value x, int axis) {
        that(op, axis >= 0 && axis < x.shape().rank());
    }

    /** An int32 [1] value. */
    static void scalar(Op op, Value x) {
        that(op, ints(op, x).equals(Shape.of(1)));
    }

    /** A float32 value of shape [batch, frames, channels]. */
    static Shape frames(Op op, Value x) {
        that(op, floats(op, x).rank() == 3);
        return x.shape();
    }

    /** A float32 value of exactly this shape. */
    static void exactly(Op op, Value x, int... extents) {
        that(op, floats(op, x).equals(Shape.of(extents)));
    }
}
