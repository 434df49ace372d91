package io.vivace.converter.recipe;

import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.read.SourceTensor.Reader;
import io.vivace.converter.recipe.Source.Named;
import java.util.List;
import java.util.Map;

/**
 * The values of a source. Plain, stacked and sliced tensors are read by blocks; what must be rearranged is small
 * enough to be loaded whole. A value that is not finite ends the conversion.
 */
final class Values {
    private static final int INFINITE = 0x7f800000;

    private final Map<String, SourceTensor> tensors;

    Values(Map<String, SourceTensor> tensors) {
        this.tensors = tensors;
    }

    Reader open(Source source) {
        return switch (source) {
            case Named named -> finite(tensor(named));
            case Source.Slice slice -> {
                Reader all = open(slice.matrix());
                long skipped = (long) slice.first() * slice.matrix().dims()[1];
                yield (first, count, into, at) -> all.read(skipped + first, count, into, at);
            }
            case Source.Stacked stacked -> stack(stacked.parts());
            case Source.Transposed transposed -> array(transpose(transposed.matrix()));
            case Source.Parts parts -> array(parts(parts));
            case Source.Decay decay -> {
                float[] rates = floats(decay.logarithm());
                for (int i = 0; i < rates.length; i++) {
                    rates[i] = (float) -Math.exp(rates[i]);
                }
                yield array(rates);
            }
            case Source.Depthwise(Named weight) -> array(transpose(floats(weight), weight.dims()[0], weight.dims()[2]));
            case Source.Sum sum -> {
                float[] a = floats(sum.a());
                float[] b = floats(sum.b());
                for (int i = 0; i < a.length; i++) {
                    a[i] += b[i];
                }
                yield array(a);
            }
            case Source.Convolution c -> array(taps(c, fused(c.prefix(), c.outputs(), c.inputs(), c.taps())));
            case Source.TransposedConvolution c -> array(taps(c, fused(c.prefix(), c.inputs(), c.outputs(), c.taps())));
        };
    }

    private SourceTensor tensor(Named named) {
        return named.names().stream().filter(tensors::containsKey).findFirst().map(tensors::get).orElseThrow();
    }

    private static Reader array(float[] values) {
        return (first, count, into, at) -> System.arraycopy(values, (int) first, into, at, count);
    }

    private static Reader finite(SourceTensor tensor) {
        Reader reader = tensor.reader();
        if (!tensor.type().floating()) {
            return reader;
        }
        return (first, count, into, at) -> {
            reader.read(first, count, into, at);
            int largest = 0;
            for (int i = at; i < at + count; i++) {
                largest = Math.max(largest, Float.floatToRawIntBits(into[i]) & Integer.MAX_VALUE);
            }
            if (largest >= INFINITE) {
                throw tensor.file().bad("tensor \"" + tensor.name() + "\" holds a value that is not finite among elements " + first + " to "
                        + (first + count) + "; the checkpoint is damaged or its training failed, fetch it again");
            }
        };
    }

    private float[] floats(Named named) {
        long elements = tensor(named).elements();
        if (elements > 1 << 28) {
            throw tensor(named).file().bad("tensor \"" + tensor(named).name() + "\" of " + elements
                    + " elements is too large to be rearranged; no model of this kind is that wide");
        }
        float[] all = new float[(int) elements];
        open(named).read(0, all.length, all, 0);
        return all;
    }

    /** Parts one after another. */
    private Reader stack(List<Source> parts) {
        Reader[] readers = parts.stream().map(this::open).toArray(Reader[]::new);
        long[] ends = new long[readers.length];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += tensor((Named) parts.get(i)).elements();
            ends[i] = end;
        }
        return (first, count, into, at) -> {
            long next = first;
            long last = first + count;
            for (int i = 0; i < ends.length && next < last; i++) {
                if (next < ends[i]) {
                    int now = (int) (Math.min(last, ends[i]) - next);
                    readers[i].read(next - (i == 0 ? 0 : ends[i - 1]), now, into, at + (int) (next - first));
                    next += now;
                }
            }
        };
    }

    private float[] parts(Source.Parts source) {
        int inputs = source.matrix().dims()[0];
        int parts = source.parts();
        int width = source.matrix().dims()[1] / parts;
        float[] rows = transpose(source.matrix());
        float[] out = new float[rows.length];
        for (int row = 0; row < parts * width; row++) {
            System.arraycopy(rows, row * inputs, out, (row % parts * width + row / parts) * inputs, inputs);
        }
        return out;
    }

    private float[] transpose(Named matrix) {
        return transpose(floats(matrix), matrix.dims()[0], matrix.dims()[1]);
    }

    private static float[] transpose(float[] in, int rows, int columns) {
        float[] out = new float[in.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out[c * rows + r] = in[r * columns + c];
            }
        }
        return out;
    }

    /** The weight itself, or g · v / ‖v‖ of a weight-norm pair, the norm over all dimensions but the first, in double precision. */
    private float[] fused(String prefix, int... dims) {
        for (List<String> pair : Resolver.PAIRS) {
            if (tensors.containsKey(prefix + pair.get(1))) {
                float[] magnitude = floats(Source.named(prefix + pair.get(0), dims[0], 1, 1));
                float[] weight = floats(Source.named(prefix + pair.get(1), dims));
                normalise(magnitude, weight, weight.length / dims[0]);
                return weight;
            }
        }
        return floats(Source.named(prefix + ".weight", dims));
    }

    private static void normalise(float[] magnitude, float[] weight, int length) {
        for (int row = 0; row < magnitude.length; row++) {
            double squares = 0;
            for (int i = row * length; i < (row + 1) * length; i++) {
                squares += (double) weight[i] * weight[i];
            }
            double factor = squares == 0 ? 0 : magnitude[row] / Math.sqrt(squares);
            for (int i = row * length; i < (row + 1) * length; i++) {
                weight[i] = (float) (weight[i] * factor);
            }
        }
    }

    /** [outputs, inputs, taps] to [outputs, taps · inputs]. */
    private static float[] taps(Source.Convolution c, float[] in) {
        float[] out = new float[in.length];
        for (int o = 0; o < c.outputs(); o++) {
            for (int i = 0; i < c.inputs(); i++) {
                for (int tap = 0; tap < c.taps(); tap++) {
                    out[(o * c.taps() + tap) * c.inputs() + i] = in[(o * c.inputs() + i) * c.taps() + tap];
                }
            }
        }
        return out;
    }

    /** [inputs, outputs, taps] to [stride · outputs, J · inputs], see {@link Source.TransposedConvolution}. */
    private static float[] taps(Source.TransposedConvolution c, float[] in) {
        int steps = Math.ceilDiv(c.taps(), c.stride());
        float[] out = new float[Math.multiplyExact(c.stride() * c.outputs(), steps * c.inputs())];
        for (int r = 0; r < c.stride(); r++) {
            for (int o = 0; o < c.outputs(); o++) {
                int row = (r * c.outputs() + o) * steps * c.inputs();
                for (int step = 0; step < steps; step++) {
                    int tap = r + (steps - 1 - step) * c.stride();
                    for (int i = 0; tap < c.taps() && i < c.inputs(); i++) {
                        out[row + step * c.inputs() + i] = in[(i * c.outputs() + o) * c.taps() + tap];
                    }
                }
            }
        }
        return out;
    }
}
