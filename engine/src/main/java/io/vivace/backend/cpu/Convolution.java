package io.vivace.backend.cpu;

import io.vivace.graph.Conv1d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Convolutions as products of windows: with channels innermost, the window of a frame is a row of x as it lies, and the next window begins
 * {@code stride} frames later. Only windows that reach over an end of x are laid out in a small array of their own.
 */
final class Convolution implements Kernel {

    /**
     * Windows over an end of x.
     *
     * @param inputs  padded frames, [frames, channels]
     * @param sources for each padded frame its place in x, or −1 for zeros
     */
    private record End(float[] inputs, int[] sources, int channels) {
        void fill(float[] x) {
            for (int i = 0; i < sources.length; i++) {
                if (sources[i] < 0) Arrays.fill(inputs, i * channels, (i + 1) * channels, 0);
                else System.arraycopy(x, sources[i], inputs, i * channels, channels);
            }
        }
    }

    /** Part of the rows of an end that belongs to the result. */
    private record Cut(float[] outputs, int from, int to, int count) {}

    private final float[] x, y;
    private final List<End> ends = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();
    private final List<Gemm.Stretch> rows = new ArrayList<>();
    private final Gemm product;

    Convolution(Machine machine, Conv1d op, Matrix weights, Place x, Place bias, Place residual, Place y) {
        this.x = x.floats();
        this.y = y.floats();
        Shape in = op.x().shape(), out = op.shape();
        int frames = in.at(1), channels = in.last(), windows = out.at(1), reach = (op.kernel() - 1) * op.dilation() + 1;
        int first = Math.min(windows, Math.ceilDiv(op.left(), op.stride()));
        int inside = frames - reach + op.left();
        int last = Math.max(first, inside < 0 ? 0 : Math.min(windows, inside / op.stride() + 1));
        for (int b = 0; b < in.at(0); b++) {
            int xAt = x.at() + b * frames * channels, yAt = y.at() + b * windows * out.last();
            int rAt = residual == null ? 0 : residual.at() + b * windows * out.last();
            float[] added = residual == null ? null : residual.floats();
            int[][] parts = {{0, first}, {first, last}, {last, windows}};
            for (int[] part : parts) {
                int from = part[0], count = part[1] - from;
                if (count == 0) continue;
                boolean whole = part == parts[1];
                float[] a = whole ? x.floats() : end(op, from, count, reach, xAt, frames, channels);
                int aAt = whole ? xAt + (from * op.stride() - op.left()) * channels : 0;
                rows.add(new Gemm.Stretch(a, aAt, op.stride() * channels, y.floats(), yAt + from * out.last(), out.last(),
                        added, rAt + from * out.last(), count));
            }
        }
        Gemm.Taps taps = op.dilation() == 1 ? new Gemm.Taps(1, op.kernel() * channels, 0)
                : new Gemm.Taps(op.kernel(), channels, op.dilation() * channels);
        product = new Gemm(machine, weights, taps, rows, bias, Function.of(op.activation()));
    }

    private float[] end(Conv1d op, int from, int count, int reach, int xAt, int frames, int channels) {
        int[] sources = new int[(count - 1) * op.stride() + reach];
        for (int i = 0; i < sources.length; i++) {
            int frame = source(op.mode(), from * op.stride() + i - op.left(), frames, Math.max(op.left(), op.right()));
            sources[i] = frame < 0 ? -1 : xAt + frame * channels;
        }
        return end(sources, channels);
    }

    private float[] end(int[] sources, int channels) {
        End end = new End(new float[sources.length * channels], sources, channels);
        ends.add(end);
        return end.inputs;
    }

    /** The frame of the signal that stands at a place before, in, or after it; −1 for a zero. */
    static int source(Pad.Mode mode, int frame, int frames, int longestPad) {
        int source = switch (mode) {
            case ZERO -> frame;
            case REPLICATE -> Math.clamp(frame, 0, frames - 1);
            case REFLECT -> {
                int last = Math.max(frames, longestPad + 1) - 1;
                yield frame < 0 ? -frame : frame > last ? 2 * last - frame : frame;
            }
        };
        return source < 0 || source >= frames ? -1 : source;
    }

    /** The transposed convolution: one row makes {@code stride} neighbouring frames; rows that are cut at an end go through an array of their own. */
    Convolution(Machine machine, ConvTranspose1d op, Matrix weights, Place x, Place bias, Place y) {
        this.x = x.floats();
        this.y = y.floats();
        Shape in = op.x().shape();
        int frames = in.at(1), channels = in.last(), outputs = op.shape().last(), width = op.stride() * outputs, reach = op.taps() - 1;
        int begin = op.left() / op.stride(), end = Math.ceilDiv(op.left() + op.length(), op.stride());
        int first = Math.clamp(Math.max(reach, Math.ceilDiv(op.left(), op.stride())), begin, end);
        int last = Math.clamp(Math.min(frames, (op.left() + op.length()) / op.stride()), first, end);
        for (int b = 0; b < in.at(0); b++) {
            int xAt = x.at() + b * frames * channels, yAt = y.at() + (b * op.length() - op.left()) * outputs;
            if (first > begin) cutRows(op, begin, first, xAt, yAt, frames, channels, outputs);
            if (last > first) rows.add(new Gemm.Stretch(x.floats(), xAt + (first - reach) * channels, channels,
                    y.floats(), yAt + first * width, width, null, 0, last - first));
            if (end > last) cutRows(op, last, end, xAt, yAt, frames, channels, outputs);
        }
        product = new Gemm(machine, weights, new Gemm.Taps(1, op.taps() * channels, 0), rows,
                bias == null ? null : repeated(bias, outputs, op.stride()), Function.of(op.activation()));
    }

    private void cutRows(ConvTranspose1d op, int from, int to, int xAt, int yAt, int frames, int channels, int outputs) {
        int width = op.stride() * outputs, reach = op.taps() - 1;
        int[] sources = new int[to - from + reach];
        for (int i = 0; i < sources.length; i++) {
            int frame = from - reach + i;
            sources[i] = frame < 0 || frame >= frames ? -1 : xAt + frame * channels;
        }
        float[] results = new float[(to - from) * width];
        rows.add(new Gemm.Stretch(end(sources, channels), 0, channels, results, 0, width, null, 0, to - from));
        int cutFrom = Math.max(from * op.stride(), op.left()), cutTo = Math.min(to * op.stride(), op.left() + op.length());
        if (cutTo > cutFrom) cuts.add(new Cut(results, (cutFrom - from * op.stride()) * outputs, yAt + cutFrom * outputs, (cutTo - cutFrom) * outputs));
    }

    private static Place repeated(Place bias, int count, int times) {
        float[] all = new float[count * times];
        for (int i = 0; i < times; i++) System.arraycopy(bias.floats(), bias.at(), all, i * count, count);
        return new Place(all, null, 0);
    }

    @Override
    public void run() {
        for (int i = 0; i < ends.size(); i++) ends.get(i).fill(x);
        product.run();
        for (int i = 0; i < cuts.size(); i++) {
            Cut cut = cuts.get(i);
            System.arraycopy(cut.outputs, cut.from, y, cut.to, cut.count);
        }
    }
}
