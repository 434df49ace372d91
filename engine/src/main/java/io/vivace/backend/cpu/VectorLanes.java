package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The inner loops on the Vector API. Loaded only where the module jdk.incubator.vector is there. */
final class VectorLanes implements Lanes {
    private static final int L = SPECIES.length();
    /** Outputs that a tile of four vectors covers, for a few rows, and one of two vectors, for many. */
    private static final int WIDE = Math.min(Matrix.WIDTH, 4 * L), NARROW = Math.min(Matrix.WIDTH, 2 * L);

    private record Block(MemorySegment weights) implements Scratch {}

    @Override
    public String description() {
        return SPECIES.vectorBitSize() + "-bit vectors";
    }

    @Override
    public Scratch scratch() {
        return new Block(Arena.ofAuto().allocate((long) Matrix.DEPTH * Matrix.WIDTH * Float.BYTES, 64));
    }

    @Override
    public void accumulate(MemorySegment panel, long panelAt, Storage storage, int depth, float[] a, int aAt, int aStride,
            float[] c, int cAt, int cStride, int rows, int width, Scratch scratch) {
        if (storage == Storage.FLOAT32) {
            floats(panel, panelAt, depth, a, aAt, aStride, c, cAt, cStride, rows, width);
        } else if (rows <= 2 && L >= 8) {
            few(panel, panelAt, storage, depth, a, aAt, aStride, c, cAt, cStride, rows, width);
        } else {
            MemorySegment block = ((Block) scratch).weights;
            widen(panel, panelAt, storage, block, depth * Matrix.WIDTH);
            floats(block, 0, depth, a, aAt, aStride, c, cAt, cStride, rows, width);
        }
    }

    private static void few(MemorySegment panel, long panelAt, Storage storage, int depth, float[] a, int aAt, int aStride,
            float[] c, int cAt, int cStride, int rows, int width) {
        for (int j = 0; j < width; j += WIDE) {
            long at = panelAt + (long) j * storage.bytes();
            if (storage == Storage.INT8) {
                if (rows == 2) VectorBytePanels.two(panel, at, depth, a, aAt, aStride, c, cAt + j, cStride);
                else VectorBytePanels.one(panel, at, depth, a, aAt, c, cAt + j);
            } else {
                if (rows == 2) VectorBFloat16Panels.two(panel, at, depth, a, aAt, aStride, c, cAt + j, cStride);
                else VectorBFloat16Panels.one(panel, at, depth, a, aAt, c, cAt + j);
            }
        }
    }

    private static void floats(MemorySegment w, long wAt, int depth, float[] a, int aAt, int aStride,
            float[] c, int cAt, int cStride, int rows, int width) {
        int row = 0;
        if (L * 4 == Matrix.WIDTH) {
            for (; row + 4 <= rows; row += 4) VectorFloatPanels.four(w, wAt, depth, a, aAt + row * aStride, aStride, c, cAt + row * cStride, cStride);
        }
        for (; row + 6 <= rows; row += 6) {
            int from = aAt + row * aStride, to = cAt + row * cStride;
            for (int j = 0; j < width; j += NARROW) VectorFloatPanels.six(w, wAt + 4L * j, depth, a, from, aStride, c, to + j, cStride);
        }
        for (int j = 0; j < width; j += WIDE) rest(w, wAt + 4L * j, depth, a, aAt, aStride, c, cAt + j, cStride, row, rows);
    }

    private static void rest(MemorySegment w, long wAt, int depth, float[] a, int aAt, int aStride,
            float[] c, int cAt, int cStride, int first, int rows) {
        int row = first;
        for (; row + 2 <= rows; row += 2) {
            VectorFloatPanels.two(w, wAt, depth, a, aAt + row * aStride, aStride, c, cAt + row * cStride, cStride);
        }
        if (row < rows) VectorFloatPanels.one(w, wAt, depth, a, aAt + row * aStride, c, cAt + row * cStride);
    }

    private static void widen(MemorySegment panel, long at, Storage storage, MemorySegment out, int count) {
        if (L < 8) {
            for (int i = 0; i < count; i++) out.setAtIndex(ValueLayout.JAVA_FLOAT, i, storage == Storage.INT8
                    ? panel.get(ValueLayout.JAVA_BYTE, at + i)
                    : Float.intBitsToFloat(panel.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 2L * i) << 16));
        } else if (storage == Storage.INT8) {
            VectorBytePanels.widen(panel, at, out, count);
        } else {
            VectorBFloat16Panels.widen(panel, at, out, count);
        }
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    @Override
    public void finish(float[] c, int cAt, float[] scale, int scaleAt, float[] bias, int biasAt, float[] residual, int residualAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += L) {
            FloatVector y = load(c, cAt + i);
            if (scale != null) y = y.mul(load(scale, scaleAt + i));
            if (bias != null) y = y.add(load(bias, biasAt + i));
            if (residual != null) y = y.add(load(residual, residualAt + i));
            y.intoArray(c, cAt + i);
        }
        for (int i = whole; i < count; i++) {
            float y = c[cAt + i];
            if (scale != null) y *= scale[scaleAt + i];
            if (bias != null) y += bias[biasAt + i];
            if (residual != null) y += residual[residualAt + i];
            c[cAt + i] = y;
        }
    }

    @Override
    public void apply(Function function, float[] x, int xAt, float[] y, int yAt, int count) {
        VectorFunctions.apply(function, x, xAt, y, yAt, count);
    }

    @Override
    public void binary(Binary.Kind kind, float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int count) {
        VectorReductions.binary(kind, a, aAt, aStep, b, bAt, bStep, y, yAt, count);
    }

    @Override
    public void affine(float[] x, int xAt, float scale, float offset, float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        FloatVector factor = FloatVector.broadcast(SPECIES, scale), shift = FloatVector.broadcast(SPECIES, offset);
        for (int i = 0; i < whole; i += L) load(x, xAt + i).fma(factor, shift).intoArray(y, yAt + i);
        for (int i = whole; i < count; i++) y[yAt + i] = Math.fma(x[xAt + i], scale, offset);
    }

    @Override
    public float sum(float[] x, int at, int count) {
        return VectorReductions.sum(x, at, count);
    }

    @Override
    public float squares(float[] x, int at, int count, float mean) {
        return VectorReductions.squares(x, at, count, mean);
    }

    @Override
    public float maximum(float[] x, int at, int count) {
        int whole = SPECIES.loopBound(count);
        FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < whole; i += L) largest = largest.max(load(x, at + i));
        float result = largest.reduceLanes(VectorOperators.MAX);
        for (int i = whole; i < count; i++) result = Math.max(result, x[at + i]);
        return result;
    }

    @Override
    public void normalize(float[] x, int xAt, float mean, float factor, float[] gamma, int gammaAt, float[] beta, int betaAt,
            float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += L) {
            FloatVector scaled = load(x, xAt + i).sub(mean).mul(factor).mul(load(gamma, gammaAt + i));
            if (beta != null) scaled = scaled.add(load(beta, betaAt + i));
            scaled.intoArray(y, yAt + i);
        }
        for (int i = whole; i < count; i++) {
            float scaled = (x[xAt + i] - mean) * factor * gamma[gammaAt + i];
            y[yAt + i] = beta == null ? scaled : scaled + beta[betaAt + i];
        }
    }

    @Override
    public float exponentials(float[] x, int xAt, float maximum, float[] y, int yAt, int count) {
        return VectorReductions.exponentials(x, xAt, maximum, y, yAt, count);
    }

    @Override
    public void scores(float[] q, int qAt, float[] k, int kAt, int kStride, int keys, int size, float scale, float[] out, int outAt) {
        VectorAttention.scores(q, qAt, k, kAt, kStride, keys, size, scale, out, outAt);
    }

    @Override
    public void mix(float[] weights, int weightsAt, float[] v, int vAt, int vStride, int keys, int size, float[] out, int outAt) {
        VectorAttention.mix(weights, weightsAt, v, vAt, vStride, keys, size, out, outAt);
    }

    @Override
    public void multiplyAdd(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
        VectorStates.multiplyAdd(a, aAt, b, bAt, y, yAt, count);
    }

    @Override
    public void scan(float[] steps, int stepsAt, float[] rates, int ratesAt, float[] inputs, int inputsAt, float b, float c, float[] h, int hAt,
            float[] y, int yAt, int count) {
        VectorStates.scan(steps, stepsAt, rates, ratesAt, inputs, inputsAt, b, c, h, hAt, y, yAt, count);
    }

    @Override
    public float decay(float[] h, int hAt, float keep, float input, float[] b, int bAt, float[] c, int cAt, int count) {
        return VectorStates.decay(h, hAt, keep, input, b, bAt, c, cAt, count);
    }

    @Override
    public void gate(float[] x, int xAt, float[] bias, int biasAt, float[] seen, int seenAt, float[] cell, int cellAt, float[] y, int yAt, int count) {
        if (seen == null) VectorGates.gate(x, xAt, bias, biasAt, y, yAt, count);
        else VectorGates.gate(x, xAt, bias, biasAt, seen, seenAt, cell, cellAt, y, yAt, count);
    }

    @Override
    public void pass(float[] x, int xAt, float[] highway, int highwayAt, float factor, float[] gates, int forgetAt, int resetAt, float[] cell, int cellAt,
            float[] y, int yAt, int count) {
        VectorGates.pass(x, xAt, highway, highwayAt, factor, gates, forgetAt, resetAt, cell, cellAt, y, yAt, count);
    }

    @Override
    public void turn(float[] x, int xAt, float[] angles, int cosAt, float[] y, int yAt, int count) {
        VectorGates.turn(x, xAt, angles, cosAt, y, yAt, count);
    }
}
