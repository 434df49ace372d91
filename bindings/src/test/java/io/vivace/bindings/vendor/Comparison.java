package io.vivace.bindings.vendor;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.vivace.bindings.cuda.CapturedGraph;
import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.bindings.cuda.PinnedMemory;
import io.vivace.bindings.cuda.Stream;
import java.util.List;
import java.util.Random;

/** Products and convolutions by a library against plain loops in double precision; directly, then as a captured graph. */
final class Comparison implements AutoCloseable {
    static final List<Gemm.Product> PRODUCTS = List.of(Gemm.Product.of(1, 1, 1, Precision.FLOAT32), Gemm.Product.of(3, 5, 7, Precision.FLOAT32),
            Gemm.Product.of(3, 5, 7, Precision.BFLOAT16), Gemm.Product.of(64, 40, 33, Precision.FLOAT32), Gemm.Product.of(1, 96, 128, Precision.BFLOAT16),
            new Gemm.Product(5, 40, 9, 64, 9, 40, Precision.FLOAT32, Precision.FLOAT32),
            new Gemm.Product(17, 200, 9, 64, 12, 210, Precision.FLOAT32, Precision.FLOAT32),
            new Gemm.Product(17, 128, 9, 64, 9, 128, Precision.BFLOAT16, Precision.BFLOAT16),
            new Gemm.Product(4, 130, 8, 64, 8, 130, Precision.BFLOAT16, Precision.FLOAT32));
    static final List<Convolution.Window> WINDOWS = List.of(new Convolution.Window(1, 1, 1, 1, 1, 1, 1, 0, Precision.FLOAT32),
            new Convolution.Window(2, 9, 3, 5, 3, 1, 2, 2, Precision.FLOAT32), new Convolution.Window(2, 9, 3, 5, 3, 1, 2, 2, Precision.BFLOAT16),
            new Convolution.Window(3, 20, 8, 4, 4, 2, 1, 0, Precision.FLOAT32));
    private static final int WORKSPACE = 1 << 16;

    private final Device device = Device.open(0);
    private final Stream stream = device.stream();
    private final DeviceMemory memory = device.allocate(1 << 20);
    private final PinnedMemory host = device.pin(1 << 20);

    Device device() {
        return device;
    }

    Stream stream() {
        return stream;
    }

    long workspace() {
        return memory.address();
    }

    /** Three operands, one after the other, that lie at multiples of 16 bytes. */
    record Places(long x, long w, long y) {
    }

    private interface Call {
        void queue(Places places);
    }

    private interface Expectation {
        double at(float[] x, float[] w, int i);
    }

    /** @return the largest relative error, with a result for scale of 1 at least */
    double product(Gemm gemm, Gemm.Product p) {
        int panels = Math.ceilDiv(p.outputs(), p.width());
        return compare(p.precision(), p.result(), p.rows() * p.xStride(), panels * p.width() * p.inputs(), p.rows() * p.yStride(),
                at -> gemm.multiply(p, at.x, at.w, at.y, workspace(), WORKSPACE, stream), (x, w, i) -> expected(p, x, w, i));
    }

    /** NaN, which is compared with nothing, between the rows. */
    private static double expected(Gemm.Product p, float[] x, float[] w, int i) {
        int row = i / p.yStride(), output = i % p.yStride(), panel = output / p.width(), column = output % p.width();
        if (output >= p.outputs()) return Double.NaN;
        double sum = 0;
        for (int k = 0; k < p.inputs(); k++) sum += (double) x[row * p.xStride() + k] * w[(panel * p.inputs() + k) * p.width() + column];
        return sum;
    }

    double convolution(Convolution convolution, Convolution.Window s) {
        return compare(s.precision(), s.precision(), s.batch() * s.frames() * s.inputs(), s.outputs() * s.kernel() * s.inputs(), s.batch() * s.resultFrames() * s.outputs(),
                at -> convolution.convolve(s, at.x, at.w, at.y, workspace(), convolution.workspaceBytes(s), stream), (x, w, i) -> expected(s, x, w, i));
    }

    private static double expected(Convolution.Window s, float[] x, float[] w, int i) {
        int out = i % s.outputs(), frame = i / s.outputs() % s.resultFrames(), sequence = i / s.outputs() / s.resultFrames();
        double sum = 0;
        for (int tap = 0; tap < s.kernel(); tap++) {
            int from = frame * s.stride() + tap * s.dilation() - s.padding();
            if (from < 0 || from >= s.frames()) continue;
            for (int in = 0; in < s.inputs(); in++)
                sum += (double) x[(sequence * s.frames() + from) * s.inputs() + in] * w[(out * s.kernel() + tap) * s.inputs() + in];
        }
        return sum;
    }

    private double compare(Precision precision, Precision result, int xs, int ws, int ys, Call call, Expectation expectation) {
        int bytes = precision == Precision.BFLOAT16 ? 2 : 4;
        Places at = places(bytes, xs, ws);
        float[] x = operand(precision, at.x, xs, 1), w = operand(precision, at.w, ws, 2);
        double worst = 0;
        call.queue(at);
        worst = Math.max(worst, error(result, at.y, ys, i -> expectation.at(x, w, i)));
        try (CapturedGraph graph = CapturedGraph.of(stream, () -> call.queue(at))) {
            float[] other = operand(precision, at.x, xs, 3);
            graph.launch(stream);
            worst = Math.max(worst, error(result, at.y, ys, i -> expectation.at(other, w, i)));
        }
        return worst;
    }

    private Places places(int bytes, int xs, int ws) {
        long x = memory.address() + WORKSPACE + 16, w = x + (xs * bytes + 31) / 16 * 16, y = w + (ws * bytes + 31) / 16 * 16;
        return new Places(x, w, y);
    }

    /** Random numbers, as they are after rounding. */
    private float[] operand(Precision precision, long to, int count, int seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits((float) random.nextGaussian());
            if (precision == Precision.BFLOAT16) bits &= 0xffff0000;
            values[i] = Float.intBitsToFloat(bits);
            if (precision == Precision.BFLOAT16) host.segment().setAtIndex(JAVA_SHORT, i, (short) (bits >>> 16));
            else host.segment().setAtIndex(JAVA_FLOAT, i, values[i]);
        }
        stream.copyToDevice(to, host.segment(), (long) count * (precision == Precision.BFLOAT16 ? 2 : 4));
        stream.synchronize();
        return values;
    }

    private double error(Precision precision, long from, int count, java.util.function.IntToDoubleFunction expected) {
        boolean half = precision == Precision.BFLOAT16;
        stream.copyToHost(host.segment(), from, (long) count * (half ? 2 : 4));
        stream.synchronize();
        double worst = 0;
        for (int i = 0; i < count; i++) {
            double is = half ? Float.intBitsToFloat(host.segment().getAtIndex(JAVA_SHORT, i) << 16) : host.segment().getAtIndex(JAVA_FLOAT, i);
            double should = expected.applyAsDouble(i);
            if (Double.isNaN(should)) continue;
            worst = Math.max(worst, Math.abs(is - should) / Math.max(1, Math.abs(should)));
        }
        return worst;
    }

    static double tolerance(Precision precision) {
        return precision == Precision.BFLOAT16 ? 4e-3 : 1e-5;
    }

    @Override
    public void close() {
        device.close();
    }
}
