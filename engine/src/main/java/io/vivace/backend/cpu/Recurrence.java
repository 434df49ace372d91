package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Lstm;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An LSTM layer. The inputs' share of the gates is one product for many frames; then, frame by frame, a task computes the four gates of 64 units
 * and moves their cells on. Every frame reads all recurrent weights once: that, not arithmetic, is the time it takes.
 */
final class Recurrence implements Kernel, Pool.Region {
    private static final int WIDTH = Matrix.WIDTH, GATES = 4;
    /** Frames whose gates are kept at a time. */
    private static final int CHUNK = 64;

    private final Machine machine;
    private final Matrix recurrent;
    private final int batch, frames, units, panels;
    private final Place y, hidden, cell;
    /** The inputs' share of the gates of a chunk, [batch, chunk, 4·units]. */
    private final float[] gates;
    private final float[] start, cells;
    private final List<Gemm> products;
    private int frame;

    /** @param recurrent as {@link #recurrent(int, float[])} lays it out, or stored, where units are a multiple of the panel's width */
    Recurrence(Machine machine, Lstm op, Matrix input, Matrix recurrent, Place x, Place bias, Place hidden, Place cell, Place y) {
        this.machine = machine;
        this.recurrent = recurrent;
        this.y = y;
        this.hidden = hidden;
        this.cell = cell;
        batch = op.x().shape().at(0);
        frames = op.x().shape().at(1);
        units = op.units();
        panels = Math.ceilDiv(units, WIDTH);
        gates = new float[batch * Math.min(CHUNK, frames) * GATES * units];
        start = new float[batch * units];
        cells = new float[batch * units];
        machine.needFloats(GATES * batch * WIDTH);
        products = IntStream.range(0, Math.ceilDiv(frames, CHUNK)).mapToObj(chunk -> product(op, input, x, bias, chunk)).toList();
    }

    /** Pads the units of each gate to whole panels, so that the four gates of a unit lie in the same column of four panels. */
    static Matrix recurrent(int units, float[] weights) {
        int padded = Math.ceilDiv(units, WIDTH) * WIDTH;
        float[] rows = new float[GATES * padded * units];
        for (int gate = 0; gate < GATES; gate++) System.arraycopy(weights, gate * units * units, rows, gate * padded * units, units * units);
        return Matrix.pack(GATES * padded, units, rows);
    }

    private Gemm product(Lstm op, Matrix input, Place x, Place bias, int chunk) {
        int inputs = op.x().shape().last(), count = Math.min(CHUNK, frames - chunk * CHUNK), width = GATES * units;
        List<Gemm.Stretch> rows = IntStream.range(0, batch).mapToObj(b -> new Gemm.Stretch(
                x.floats(), x.at() + (b * frames + chunk * CHUNK) * inputs, inputs, gates, gatesAt(b, 0), width, null, 0, count)).toList();
        return new Gemm(machine, input, new Gemm.Taps(1, inputs, 0), rows, bias, null);
    }

    private int gatesAt(int b, int frameInChunk) {
        return (b * Math.min(CHUNK, frames) + frameInChunk) * GATES * units;
    }

    @Override
    public void run() {
        if (cell == null) Arrays.fill(cells, 0);
        else System.arraycopy(cell.floats(), cell.at(), cells, 0, cells.length);
        if (hidden != null) System.arraycopy(hidden.floats(), hidden.at(), start, 0, start.length);
        for (frame = 0; frame < frames; frame++) {
            if (frame % CHUNK == 0) products.get(frame / CHUNK).run();
            machine.pool.run(this, panels);
        }
        if (cell == null) return;
        System.arraycopy(cells, 0, cell.floats(), cell.at(), cells.length);
        for (int b = 0; b < batch; b++) {
            System.arraycopy(y.floats(), y.at() + ((b + 1) * frames - 1) * units, hidden.floats(), hidden.at() + b * units, units);
        }
    }

    /** One frame of 64 units. */
    @Override
    public void work(int panel, int thread) {
        float[] tile = machine.floats(thread);
        int width = Math.min(WIDTH, units - panel * WIDTH), size = batch * WIDTH;
        for (int gate = 0; gate < GATES; gate++) multiply(gate * panels + panel, tile, gate * size, thread);
        for (int b = 0; b < batch; b++) {
            int inputs = gatesAt(b, frame % CHUNK) + panel * WIDTH;
            for (int gate = 0; gate < GATES; gate++) {
                int at = gate * size + b * WIDTH;
                machine.lanes.binary(Binary.Kind.ADD, tile, at, 1, gates, inputs + gate * units, 1, tile, at, width);
                machine.lanes.apply(gate == 2 ? Function.TANH : Function.SIGMOID, tile, at, tile, at, width);
            }
            advance(tile, b * WIDTH, size, b * units + panel * WIDTH, y.at() + (b * frames + frame) * units + panel * WIDTH, width);
        }
    }

    private void multiply(int panel, float[] tile, int at, int thread) {
        boolean first = frame == 0;
        float[] h = first ? start : y.floats();
        int hAt = first ? 0 : y.at() + (frame - 1) * units, hStride = first ? units : frames * units;
        Arrays.fill(tile, at, at + batch * WIDTH, 0);
        for (int k = 0; k < units; k += Matrix.DEPTH) {
            machine.lanes.accumulate(recurrent.panels(), recurrent.at(panel, k), recurrent.storage(), Math.min(Matrix.DEPTH, units - k),
                    h, hAt + k, hStride, tile, at, WIDTH, batch, WIDTH, machine.scratch(thread));
        }
        if (recurrent.scales() == null) return;
        for (int b = 0; b < batch; b++) machine.lanes.finish(tile, at + b * WIDTH, recurrent.scales(), panel * WIDTH, null, 0, null, 0, WIDTH);
    }

    /** {@code c = f·c + i·g}, {@code h = o·tanh(c)} for the gates i, f, g, o, which lie {@code step} apart. */
    private void advance(float[] tile, int at, int step, int cellAt, int yAt, int width) {
        for (int j = 0; j < width; j++) {
            float keep = tile[at + step + j] * cells[cellAt + j];
            cells[cellAt + j] = Math.fma(tile[at + j], tile[at + 2 * step + j], keep);
        }
        machine.lanes.apply(Function.TANH, cells, cellAt, tile, at, width);
        machine.lanes.binary(Binary.Kind.MULTIPLY, tile, at, 1, tile, at + 3 * step, 1, y.floats(), yAt, width);
    }
}
