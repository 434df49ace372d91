package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The inner loops without the Vector API, in a form that the compiler can vectorise by itself, and that runs well before it has: what a short clip needs, whose
 * time is that of the compiler. C2 does not vectorise a loop where one array is read and another written at different places, since they might be the
 * same; so a tile's rows and the weights of each input are arrays of their own.
 */
final class ScalarLanes implements Lanes {
    /** Rows and inputs of a tile. */
    private static final int ROWS = 4, INPUTS = 4;

    /**
     * @param weights of a block of inputs, [depth][panel's width]
     * @param rows    of a tile: their sums so far
     * @param flat    the weights in one row, as they come from those that are stored: bits of bfloat16 as {@code shorts}, and above 16 zeros as {@code bits}, which
     *                {@code floats} shows as numbers; int8 as {@code bytes}
     */
    private record Block(float[][] weights, float[][] rows, float[] flat, int[] bits, MemorySegment floats, short[] shorts,
            byte[] bytes) implements Scratch {}

    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public Scratch scratch() {
        int size = Matrix.DEPTH * Matrix.WIDTH;
        var bits = new int[size];
        return new Block(new float[Matrix.DEPTH][Matrix.WIDTH], new float[ROWS][Matrix.WIDTH], new float[size], bits, MemorySegment.ofArray(bits), new short[size],
                new byte[size]);
    }

    @Override
    public void accumulate(MemorySegment panel, long panelAt, Storage storage, int depth, float[] a, int aAt, int aStride,
            float[] c, int cAt, int cStride, int rows, int width, Scratch scratch) {
        Block block = (Block) scratch;
        widen(panel, panelAt, storage, depth, block);
        for (int row = 0; row < rows; row += ROWS) {
            int count = Math.min(ROWS, rows - row);
            for (int r = 0; r < count; r++) System.arraycopy(c, cAt + (row + r) * cStride, block.rows[r], 0, width);
            if (count == ROWS) four(a, aAt + row * aStride, aStride, depth, block);
            else for (int r = 0; r < count; r++) one(a, aAt + (row + r) * aStride, 0, depth, block.weights, block.rows[r]);
            for (int r = 0; r < count; r++) System.arraycopy(block.rows[r], 0, c, cAt + (row + r) * cStride, width);
        }
    }

    private static void four(float[] a, int at, int stride, int depth, Block block) {
        int whole = depth - depth % INPUTS;
        for (int k = 0; k < whole; k += INPUTS) tile(a, at + k, stride, block.weights, k, block.rows);
        if (whole < depth) for (int r = 0; r < ROWS; r++) one(a, at + r * stride, whole, depth, block.weights, block.rows[r]);
    }

    private static void tile(float[] a, int at, int stride, float[][] weights, int k, float[][] rows) {
        float[] w0 = weights[k], w1 = weights[k + 1], w2 = weights[k + 2], w3 = weights[k + 3], c0 = rows[0], c1 = rows[1], c2 = rows[2], c3 = rows[3];
        int b = at + stride, c = b + stride, d = c + stride;
        float a0 = a[at], a1 = a[at + 1], a2 = a[at + 2], a3 = a[at + 3], b0 = a[b], b1 = a[b + 1], b2 = a[b + 2], b3 = a[b + 3];
        float e0 = a[c], e1 = a[c + 1], e2 = a[c + 2], e3 = a[c + 3], d0 = a[d], d1 = a[d + 1], d2 = a[d + 2], d3 = a[d + 3];
        for (int j = 0; j < Matrix.WIDTH; j++) {
            float x0 = w0[j], x1 = w1[j], x2 = w2[j], x3 = w3[j];
            c0[j] = Math.fma(a3, x3, Math.fma(a2, x2, Math.fma(a1, x1, Math.fma(a0, x0, c0[j]))));
            c1[j] = Math.fma(b3, x3, Math.fma(b2, x2, Math.fma(b1, x1, Math.fma(b0, x0, c1[j]))));
            c2[j] = Math.fma(e3, x3, Math.fma(e2, x2, Math.fma(e1, x1, Math.fma(e0, x0, c2[j]))));
            c3[j] = Math.fma(d3, x3, Math.fma(d2, x2, Math.fma(d1, x1, Math.fma(d0, x0, c3[j]))));
        }
    }

    /** One row by inputs {@code from} … {@code depth} − 1. */
    private static void one(float[] a, int at, int from, int depth, float[][] weights, float[] row) {
        int k = from;
        for (; k + INPUTS <= depth; k += INPUTS) {
            multiplyAdd(a[at + k], a[at + k + 1], a[at + k + 2], a[at + k + 3], weights[k], weights[k + 1], weights[k + 2], weights[k + 3], row);
        }
        for (; k < depth; k++) multiplyAdd(a[at + k], weights[k], row);
    }

    private static void multiplyAdd(float a0, float a1, float a2, float a3, float[] w0, float[] w1, float[] w2, float[] w3, float[] row) {
        for (int j = 0; j < Matrix.WIDTH; j++) row[j] = Math.fma(a3, w3[j], Math.fma(a2, w2[j], Math.fma(a1, w1[j], Math.fma(a0, w0[j], row[j]))));
    }

    private static void multiplyAdd(float x, float[] weights, float[] row) {
        for (int j = 0; j < Matrix.WIDTH; j++) row[j] = Math.fma(x, weights[j], row[j]);
    }

    private static void widen(MemorySegment panel, long at, Storage storage, int depth, Block block) {
        int count = depth * Matrix.WIDTH;
        switch (storage) {
            case FLOAT32 -> MemorySegment.copy(panel, ValueLayout.JAVA_FLOAT_UNALIGNED, at, block.flat, 0, count);
            case BFLOAT16 -> {
                MemorySegment.copy(panel, ValueLayout.JAVA_SHORT_UNALIGNED, at, block.shorts, 0, count);
                for (int i = 0; i < count; i++) block.bits[i] = block.shorts[i] << 16;
                MemorySegment.copy(block.floats, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, block.flat, 0, count);
            }
            case INT8 -> {
                MemorySegment.copy(panel, ValueLayout.JAVA_BYTE, at, block.bytes, 0, count);
                for (int i = 0; i < count; i++) block.flat[i] = block.bytes[i];
            }
            case INT32, UINT8 -> throw new IllegalArgumentException(storage + " has no panels");
        }
        for (int k = 0; k < depth; k++) System.arraycopy(block.flat, k * Matrix.WIDTH, block.weights[k], 0, Matrix.WIDTH);
    }

    @Override
    public void finish(float[] c, int cAt, float[] scale, int scaleAt, float[] bias, int biasAt, float[] residual, int residualAt, int count) {
        for (int i = 0; i < count; i++) {
            float y = c[cAt + i];
            if (scale != null) y *= scale[scaleAt + i];
            if (bias != null) y += bias[biasAt + i];
            if (residual != null) y += residual[residualAt + i];
            c[cAt + i] = y;
        }
    }

    @Override
    public void apply(Function function, float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] = ScalarMath.apply(function, x[xAt + i]);
    }

    @Override
    public void binary(Binary.Kind kind, float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            float left = a[aAt + i * aStep], right = b[bAt + i * bStep];
            y[yAt + i] = switch (kind) {
                case ADD -> left + right;
                case SUBTRACT -> left - right;
                case MULTIPLY -> left * right;
                case DIVIDE -> left / right;
            };
        }
    }

    @Override
    public void affine(float[] x, int xAt, float scale, float offset, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] = Math.fma(x[xAt + i], scale, offset);
    }

    @Override
    public float sum(float[] x, int at, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += x[at + i];
        return (float) sum;
    }

    @Override
    public float squares(float[] x, int at, int count, float mean) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            float difference = x[at + i] - mean;
            sum += difference * difference;
        }
        return (float) sum;
    }

    @Override
    public float maximum(float[] x, int at, int count) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) largest = Math.max(largest, x[at + i]);
        return largest;
    }

    @Override
    public void normalize(float[] x, int xAt, float mean, float factor, float[] gamma, int gammaAt, float[] beta, int betaAt,
            float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            float scaled = (x[xAt + i] - mean) * factor * gamma[gammaAt + i];
            y[yAt + i] = beta == null ? scaled : scaled + beta[betaAt + i];
        }
    }

    @Override
    public float exponentials(float[] x, int xAt, float maximum, float[] y, int yAt, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            float e = ScalarMath.exp(x[xAt + i] - maximum);
            y[yAt + i] = e;
            sum += e;
        }
        return (float) sum;
    }

    @Override
    public void scores(float[] q, int qAt, float[] k, int kAt, int kStride, int keys, int size, float scale, float[] out, int outAt) {
        for (int j = 0; j < keys; j++) out[outAt + j] = dot(q, qAt, k, kAt + j * kStride, size) * scale;
    }

    private static float dot(float[] q, int qAt, float[] k, int kAt, int size) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int d = 0;
        for (; d <= size - 4; d += 4) {
            s0 = Math.fma(q[qAt + d], k[kAt + d], s0);
            s1 = Math.fma(q[qAt + d + 1], k[kAt + d + 1], s1);
            s2 = Math.fma(q[qAt + d + 2], k[kAt + d + 2], s2);
            s3 = Math.fma(q[qAt + d + 3], k[kAt + d + 3], s3);
        }
        for (; d < size; d++) s0 = Math.fma(q[qAt + d], k[kAt + d], s0);
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void mix(float[] weights, int weightsAt, float[] v, int vAt, int vStride, int keys, int size, float[] out, int outAt) {
        for (int j = 0; j < keys; j++) {
            float weight = weights[weightsAt + j];
            int at = vAt + j * vStride;
            for (int d = 0; d < size; d++) out[outAt + d] = Math.fma(weight, v[at + d], out[outAt + d]);
        }
    }

    @Override
    public void multiplyAdd(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] = Math.fma(a[aAt + i], b[bAt + i], y[yAt + i]);
    }

    @Override
    public void scan(float[] steps, int stepsAt, float[] rates, int ratesAt, float[] inputs, int inputsAt, float b, float c, float[] h, int hAt,
            float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            float keep = ScalarMath.exp(steps[stepsAt + i] * rates[ratesAt + i]);
            h[hAt + i] = Math.fma(keep, h[hAt + i], inputs[inputsAt + i] * b);
            y[yAt + i] = Math.fma(h[hAt + i], c, y[yAt + i]);
        }
    }

    @Override
    public float decay(float[] h, int hAt, float keep, float input, float[] b, int bAt, float[] c, int cAt, int count) {
        float sum = 0;
        for (int i = 0; i < count; i++) {
            h[hAt + i] = Math.fma(keep, h[hAt + i], input * b[bAt + i]);
            sum = Math.fma(h[hAt + i], c[cAt + i], sum);
        }
        return sum;
    }

    @Override
    public void gate(float[] x, int xAt, float[] bias, int biasAt, float[] seen, int seenAt, float[] cell, int cellAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            float sum = x[xAt + i] + bias[biasAt + i];
            y[yAt + i] = ScalarMath.sigmoid(seen == null ? sum : Math.fma(seen[seenAt + i], cell[cellAt + i], sum));
        }
    }

    @Override
    public void pass(float[] x, int xAt, float[] highway, int highwayAt, float factor, float[] gates, int forgetAt, int resetAt, float[] cell, int cellAt,
            float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            float s = highway[highwayAt + i] * factor, c = Math.fma(cell[cellAt + i] - x[xAt + i], gates[forgetAt + i], x[xAt + i]);
            cell[cellAt + i] = c;
            y[yAt + i] = Math.fma(c - s, gates[resetAt + i], s);
        }
    }

    @Override
    public void turn(float[] x, int xAt, float[] angles, int cosAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            float a = x[xAt + i], b = x[xAt + count + i], cos = angles[cosAt + i], sin = angles[cosAt + count + i];
            y[yAt + i] = a * cos - b * sin;
            y[yAt + count + i] = b * cos + a * sin;
        }
    }
}
