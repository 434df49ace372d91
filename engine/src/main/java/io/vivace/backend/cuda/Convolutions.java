package io.vivace.backend.cuda;

import io.vivace.graph.Activation;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Conv2d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Shape;
import io.vivace.kernels.ConvKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import java.util.List;

/** Launches of convolutions. All are one kernel, which multiplies windows of images; a signal is an image of height 1. */
final class Convolutions {

    /** Windows along one axis: how many, how many taps each, frames from window to window and from tap to tap, frames of padding in front. */
    private record Axis(int windows, int taps, int step, int dilation, int before) {
        static final Axis NONE = new Axis(1, 1, 1, 1, 0);
    }

    /**
     * What becomes of the sums of an image's windows, one window after the other.
     *
     * @param channels of a frame; a window's outputs make one or more frames
     * @param cut      elements left out in front
     * @param kept     elements that follow and make up the result
     */
    private record Frames(int channels, long cut, long kept) {}

    private Convolutions() {}

    static List<Launch> of(Conv1d op, Place x, Matrix weight, Place bias, Place residual, Place y) {
        Shape out = op.shape();
        Axis across = new Axis(out.at(1), op.kernel(), op.stride(), op.dilation(), op.left());
        return launch(op.x().shape(), x, weight, Axis.NONE, across, op.mode(), Math.max(op.left(), op.right()),
                new Frames(out.last(), 0, (long) out.at(1) * out.last()), bias, residual, y, op.activation());
    }

    static List<Launch> of(Conv2d op, Place x, Matrix weight, Place bias, Place residual, Place y) {
        Shape out = op.shape();
        return launch(op.x().shape(), x, weight, axis(op.down(), out.at(1)), axis(op.across(), out.at(2)), Pad.Mode.ZERO, 0,
                new Frames(out.last(), 0, (long) out.at(1) * out.at(2) * out.last()), bias, residual, y, op.activation());
    }

    private static Axis axis(Conv2d.Axis axis, int windows) {
        return new Axis(windows, axis.taps(), axis.stride(), axis.dilation(), axis.before());
    }

    static List<Launch> of(ConvTranspose1d op, Place x, Matrix weight, Place bias, Place y) {
        int channels = op.shape().last(), reach = op.taps() - 1;
        int begin = op.left() / op.stride(), end = Math.ceilDiv(op.left() + op.length(), op.stride());
        Axis across = new Axis(end - begin, op.taps(), 1, 1, reach - begin);
        return launch(op.x().shape(), x, weight, Axis.NONE, across, Pad.Mode.ZERO, 0,
                new Frames(channels, (long) (op.left() - begin * op.stride()) * channels, (long) op.length() * channels), bias, null, y, op.activation());
    }

    private static List<Launch> launch(Shape in, Place x, Matrix weight, Axis down, Axis across, Pad.Mode padding, int longest, Frames frames,
            Place bias, Place residual, Place y, Activation activation) {
        int images = in.at(0), height = in.rank() == 3 ? 1 : in.at(1), windows = images * down.windows * across.windows;
        if (windows == 0 || weight.outputs() == 0) return List.of();
        if (y.stride() != frames.channels || residual != null && residual.stride() != frames.channels) {
            throw new IllegalArgumentException("a convolution's result and residual are whole values, not views");
        }
        // Large tiles come with bfloat16 results only.
        Products.Body tiles = y.type() == x.type() ? Products.tiles(windows, weight.outputs(), x.type(), weight.type()) : Products.Body.TILES;
        Convolution kernel = tiles == Products.Body.LARGE_TILES ? ConvKernels::convLarge : ConvKernels::conv;
        return List.of(kernel.launch(Products.variant(x, y, weight), Products.grid(tiles, windows, weight.outputs()), x.address(), weight.panels(),
                weight.scales(), Place.address(bias), Place.address(residual), y.address(), images, height, in.at(-2), in.last(), x.stride(),
                down.windows, across.windows, down.taps, across.taps, down.step, across.step, down.dilation, across.dilation, down.before, across.before,
                padding.ordinal(), longest, weight.outputs(), frames.channels, frames.cut, frames.kept, activation.ordinal()));
    }

    /** A kernel's launch method. */
    @FunctionalInterface
    private interface Convolution {
        Launch launch(String variant, Grid grid, long x, long panels, long scales, long bias, long residual, long y, int images, int height, int width,
                int channels, int xStride, int windowsDown, int windowsAcross, int kernelHeight, int kernelWidth, int stepDown, int stepAcross,
                int dilationDown, int dilationAcross, int top, int left, int padding, int longest, int outputs, int resultChannels, long cut, long kept,
                int activation);
    }
}
