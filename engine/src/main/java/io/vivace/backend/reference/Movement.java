package io.vivace.backend.reference;

import io.vivace.graph.DType;
import io.vivace.graph.Rearrangement.Concat;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Rearrangement.Transpose;
import io.vivace.graph.Rearrangement.Unfold;
import io.vivace.graph.Shape;
import io.vivace.graph.Value;
import java.util.List;

/** Operations that only move elements: the arrays may be of either element type. */
final class Movement {
    private Movement() {}

    static Object copy(Object x, int size) {
        Object y = Elements.zeros(x instanceof int[] ? DType.INT32 : DType.FLOAT32, size);
        System.arraycopy(x, 0, y, 0, size);
        return y;
    }

    static Object transpose(Transpose op, Object x) {
        Shape shape = op.shape();
        int[] strides = op.x().shape().strides(), places = shape.strides();
        Object y = Elements.zeros(op.dtype(), shape.size());
        for (int i = 0; i < shape.size(); i++) {
            int source = 0;
            for (int axis = 0; axis < shape.rank(); axis++) source += i / places[axis] % shape.at(axis) * strides[op.order()[axis]];
            System.arraycopy(x, source, y, i, 1);
        }
        return y;
    }

    static Object slice(Value value, Object x, int axis, int from, int count) {
        Shape shape = value.shape();
        int inner = shape.strides()[axis], source = shape.at(axis) * inner, part = count * inner;
        int outer = source == 0 ? 0 : shape.size() / source;
        Object y = Elements.zeros(value.dtype(), outer * part);
        for (int i = 0; i < outer; i++) System.arraycopy(x, i * source + from * inner, y, i * part, part);
        return y;
    }

    /** Overwrites elements from … from + count of one axis of a state. */
    static void replace(Value state, Object elements, int axis, int from, int count, Object x) {
        Shape shape = state.shape();
        int inner = shape.strides()[axis], whole = shape.at(axis) * inner, part = count * inner;
        int outer = whole == 0 ? 0 : shape.size() / whole;
        for (int i = 0; i < outer; i++) System.arraycopy(x, i * part, elements, i * whole + from * inner, part);
    }

    static Object concat(Concat op, List<Object> parts) {
        Shape shape = op.shape();
        int inner = shape.strides()[op.axis()], whole = shape.at(op.axis()) * inner;
        int outer = whole == 0 ? 0 : shape.size() / whole, at = 0;
        Object y = Elements.zeros(op.dtype(), shape.size());
        for (int p = 0; p < parts.size(); p++) {
            int part = op.parts().get(p).shape().at(op.axis()) * inner;
            for (int i = 0; i < outer; i++) System.arraycopy(parts.get(p), i * part, y, i * whole + at, part);
            at += part;
        }
        return y;
    }

    static double[] pad(Pad op, double[] x) {
        Shape from = op.x().shape(), to = op.shape();
        int channels = from.last(), frames = from.at(1);
        double[] y = new double[to.size()];
        for (int batch = 0; batch < from.at(0); batch++) {
            for (int frame = 0; frame < to.at(1); frame++) {
                int source = source(op, frame - op.left(), frames);
                if (source < 0 || source >= frames) continue;
                System.arraycopy(x, (batch * frames + source) * channels, y, (batch * to.at(1) + frame) * channels, channels);
            }
        }
        return y;
    }

    /** The frame of the signal that stands at a place before, in, or after it; one outside the signal is zero. */
    private static int source(Pad op, int frame, int frames) {
        return switch (op.mode()) {
            case ZERO -> frame;
            case REPLICATE -> Math.clamp(frame, 0, frames - 1);
            case REFLECT -> {
                int last = Math.max(frames, Math.max(op.left(), op.right()) + 1) - 1;
                yield frame < 0 ? -frame : frame > last ? 2 * last - frame : frame;
            }
        };
    }

    static double[] unfold(Unfold op, double[] x) {
        Shape from = op.x().shape(), to = op.shape();
        int channels = from.last(), windows = to.at(1);
        double[] y = new double[to.size()];
        for (int batch = 0; batch < from.at(0); batch++) {
            for (int i = 0; i < windows * op.kernel(); i++) {
                int frame = i / op.kernel() * op.stride() + i % op.kernel() * op.dilation();
                System.arraycopy(x, (batch * from.at(1) + frame) * channels, y, (batch * windows * op.kernel() + i) * channels, channels);
            }
        }
        return y;
    }

    static double[] gather(Gather op, double[] table, int[] ids) {
        int rows = op.table().shape().at(0), channels = op.table().shape().last();
        double[] y = new double[ids.length * channels];
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= rows) {
                throw new IndexOutOfBoundsException("Gather of row " + ids[i] + " leaves " + op.table() + " with its rows 0 to "
                        + (rows - 1));
            }
            System.arraycopy(table, ids[i] * channels, y, i * channels, channels);
        }
        return y;
    }
}
