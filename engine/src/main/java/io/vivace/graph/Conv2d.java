package io.vivace.graph;

import java.util.List;

/**
 * Convolution over images, channels innermost: {@code y = act(conv(pad(x)) + bias + residual)}, padded with zeros.
 *
 * @param x        [batch, height, width, inputs]
 * @param weight   [outputs, down.taps·across.taps·inputs], tap outermost, taps line by line
 * @param bias     [outputs], or null
 * @param residual like the result, or null
 * @param down     along the height
 * @param across   along the width
 */
public record Conv2d(Value x, Value weight, Value bias, Value residual, Axis down, Axis across, Activation activation) implements Fused {

    /**
     * Windows along one axis.
     *
     * @param stride   pixels from window to window
     * @param dilation pixels from tap to tap
     * @param before   zeros in front of the axis
     * @param after    zeros behind it
     */
    public record Axis(int taps, int stride, int dilation, int before, int after) {

        /** Windows of an axis of this extent; 0 where not even one fits. */
        int windows(int extent) {
            long padded = (long) extent + before + after, reach = Rearrangement.Unfold.reach(taps, dilation);
            return padded < reach ? 0 : Rearrangement.Unfold.windows(padded, taps, stride, dilation);
        }

        private boolean makesSense() {
            return taps > 0 && stride > 0 && dilation > 0 && before >= 0 && after >= 0;
        }

        /** The windows of axis 1 of [batch, extent, channels]: [batch, windows, taps·channels]. */
        private Value unfold(Value x) {
            Graph g = x.graph();
            Value padded = before + after == 0 ? x : g.add(new Rearrangement.Pad(x, before, after, Rearrangement.Pad.Mode.ZERO));
            return g.add(new Rearrangement.Unfold(padded, taps, stride, dilation));
        }
    }

    @Override
    public List<Value> operands() {
        return Operands.present(x, weight, bias, residual);
    }

    @Override
    public Shape shape() {
        Shape s = Check.floats(this, x), w = Check.floats(this, weight);
        Check.that(this, s.rank() == 4 && w.rank() == 2 && down.makesSense() && across.makesSense());
        Check.that(this, w.last() == (long) down.taps * across.taps * s.last());
        Check.that(this, down.windows(s.at(1)) > 0 && across.windows(s.at(2)) > 0);
        Shape result = Shape.of(s.at(0), down.windows(s.at(1)), across.windows(s.at(2)), w.at(0));
        if (bias != null) Check.exactly(this, bias, w.at(0));
        if (residual != null) Check.exactly(this, residual, result.toArray());
        return result;
    }

    /** Unfolds along the width, then, with whole lines as channels, along the height, and puts the taps of a window side by side. */
    @Override
    public Value decompose(Graph g) {
        Shape s = x.shape();
        int batch = s.at(0), height = s.at(1), lines = down.windows(height), columns = across.windows(s.at(2)), line = across.taps * s.last();
        Value wide = across.unfold(x.reshape(batch * height, s.at(2), s.last())).reshape(batch, height, columns * line);
        Value windows = down.unfold(wide).reshape(batch * lines, down.taps, columns, line).transpose(0, 2, 1, 3);
        return new Linear(windows.reshape(batch, lines, columns, down.taps * line), weight, bias, residual, activation).decompose(g);
    }
}
