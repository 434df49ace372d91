package io.vivace.backend.cpu;

import java.util.Arrays;
import java.util.List;

/**
 * {@code c = act(a·Wᵀ·scale + bias + residual)} for rows that lie evenly spaced in one or more stretches. A task is a block of rows by one panel;
 * inside it, inputs go by in blocks that stay in a cache, so that each sum is one chain. The sums wait meanwhile in a tile of the thread's own: in {@code c}, where
 * a panel's columns need not begin with a cache line, two threads at neighbouring panels would write to the lines between them again and again.
 */
final class Gemm implements Kernel, Pool.Region {

    /**
     * Evenly spaced rows.
     *
     * @param residual like c, or null
     */
    record Stretch(float[] a, int aAt, int aStride, float[] c, int cAt, int cStride, float[] residual, int residualAt, int count) {}

    /**
     * How the inputs of a row lie in a: {@code count} runs of {@code length} elements, their starts {@code step} apart.
     */
    record Taps(int count, int length, int step) {}

    /** A multiple of the rows of any tile, which are four or six. */
    private static final int TILES = 12;

    private record Block(Stretch rows, int first, int count) {}

    private final Machine machine;
    private final Matrix weights;
    private final Taps taps;
    private final Place bias;
    private final Function activation;
    private final Block[] blocks;
    private final boolean panelsOutermost;

    /** @param bias [outputs], or null; @param activation null for none */
    Gemm(Machine machine, Matrix weights, Taps taps, List<Stretch> rows, Place bias, Function activation) {
        this.machine = machine;
        this.weights = weights;
        this.taps = taps;
        this.bias = bias;
        this.activation = activation;
        blocks = rows.stream().flatMap(stretch -> split(stretch).stream()).toArray(Block[]::new);
        // The larger side is read once, the smaller one again and again from a cache.
        panelsOutermost = rows.stream().mapToLong(Stretch::count).sum() < weights.outputs();
    }

    private static List<Block> split(Stretch rows) {
        int parts = Math.ceilDiv(rows.count, Machine.BLOCK);
        if (parts == 0) return List.of();
        int size = Math.min(Machine.BLOCK, Math.ceilDiv(Math.ceilDiv(rows.count, parts), TILES) * TILES);
        return java.util.stream.IntStream.range(0, Math.ceilDiv(rows.count, size))
                .mapToObj(i -> new Block(rows, i * size, Math.min(size, rows.count - i * size))).toList();
    }

    @Override
    public void run() {
        machine.pool.run(this, blocks.length * weights.panelCount());
    }

    @Override
    public void work(int task, int thread) {
        int panels = weights.panelCount();
        Block block = blocks[panelsOutermost ? task % blocks.length : task / panels];
        int panel = panelsOutermost ? task / blocks.length : task % panels;
        Stretch rows = block.rows;
        int width = weights.width(panel), at = rows.cAt + block.first * rows.cStride + panel * Matrix.WIDTH;
        float[] tile = machine.tile(thread);
        multiply(block, panel, tile, thread);
        finish(block, panel, tile, width);
        for (int r = 0; r < block.count; r++) System.arraycopy(tile, r * Matrix.WIDTH, rows.c, at + r * rows.cStride, width);
    }

    private void multiply(Block block, int panel, float[] tile, int thread) {
        Stretch rows = block.rows;
        Arrays.fill(tile, 0, block.count * Matrix.WIDTH, 0);
        int first = rows.aAt + block.first * rows.aStride;
        for (int tap = 0; tap < taps.count; tap++) {
            for (int k = 0; k < taps.length; k += Matrix.DEPTH) {
                machine.lanes.accumulate(weights.panels(), weights.at(panel, tap * taps.length + k), weights.storage(),
                        Math.min(Matrix.DEPTH, taps.length - k), rows.a, first + tap * taps.step + k, rows.aStride,
                        tile, 0, Matrix.WIDTH, block.count, weights.width(panel), machine.scratch(thread));
            }
        }
    }

    private void finish(Block block, int panel, float[] tile, int width) {
        Stretch rows = block.rows;
        int output = panel * Matrix.WIDTH;
        for (int r = 0; r < block.count; r++) {
            int at = r * Matrix.WIDTH;
            machine.lanes.finish(tile, at, weights.scales(), output, bias == null ? null : bias.floats(), bias == null ? 0 : bias.at() + output,
                    rows.residual, rows.residualAt + (block.first + r) * rows.cStride + output, width);
            if (activation != null) machine.lanes.apply(activation, tile, at, tile, at, width);
        }
    }
}
