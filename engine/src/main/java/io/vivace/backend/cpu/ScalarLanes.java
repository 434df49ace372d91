package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The inner loops without the Vector API, in a form that the compiler can vectorise by itself. */
final class ScalarLanes implements Lanes {

    private record Block(float[] weights, byte[] bytes, short[] shorts, float[] row) implements Scratch {}

    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public Scratch scratch() {
        int size = Matrix.DEPTH * Matrix.WIDTH;
        return new Block(new float[size], new byte[size], new short[size], new float[Matrix.WIDTH]);
    }

    @Override
    public void accumulate(MemorySegment panel, long panelAt, Storage storage, int depth, float[] a, int aAt, int aStride,
            float[] c, int cAt, int cStride, int rows, int width, Scratch scratch) {
        Block block = (Block) scratch;
        widen(panel, panelAt, storage, depth * Matrix.WIDTH, block);
        for (int r = 0; r < rows; r++) {
            float[] row = block.row;
            System.arraycopy(c, cAt + r * cStride, row, 0, width);
            for (int k = 0; k < depth; k++) multiplyAdd(a[aAt + r * aStride + k], block.weights, k * Matrix.WIDTH, row);
            System.arraycopy(row, 0, c, cAt + r * cStride, width);
        }
    }

    private static void multiplyAdd(float x, float[] weights, int at, float[] row) {
        for (int j = 0; j < Matrix.WIDTH; j++) row[j] = Math.fma(x, weights[at + j], row[j]);
    }

    private static void widen(MemorySegment panel, long at, Storage storage, int count, Block block) {
        float[] weights = block.weights;
        switch (storage) {
            case FLOAT32 -> MemorySegment.copy(panel, ValueLayout.JAVA_FLOAT_UNALIGNED, at, weights, 0, count);
            case BFLOAT16 -> {
                MemorySegment.copy(panel, ValueLayout.JAVA_SHORT_UNALIGNED, at, block.shorts, 0, count);
                for (int i = 0; i < count; i++) weights[i] = Float.intBitsToFloat(block.shorts[i] << 16);
            }
            case INT8 -> {
                MemorySegment.copy(panel, ValueLayout.JAVA_BYTE, at, block.bytes, 0, count);
                for (int i = 0; i < count; i++) weights[i] = block.bytes[i];
            }
            case INT32, UINT8 -> throw new IllegalArgumentException(storage + " has no panels");
        }
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
