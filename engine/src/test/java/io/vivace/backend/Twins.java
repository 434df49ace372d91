package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Activate;
import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Conv1d;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.SelectiveScan;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * Work that two kernels can do: the same rows of a product alone and among many, the same frames at once and one by one. Which kernel does it is
 * chosen by the size, so a pair of sizes is a pair of kernels, as a model would choose them.
 */
final class Twins {
    private static final double BF16 = 1e-2, FLOAT = 1e-5;
    private final boolean small;
    private final List<Twin> all = new ArrayList<>();

    private Twins(boolean small) {
        this.small = small;
    }

    /** @param small sizes that an emulated device can bear; the kernels are the same */
    static List<Twin> all(boolean small) {
        var twins = new Twins(small);
        for (int batch = 1; batch <= 4; batch++) {
            twins.products(batch);
            twins.attention(batch);
            twins.sequences(batch);
        }
        twins.tallTiles();
        twins.groups();
        return twins.all;
    }

    private int size(int full, int least) {
        return small ? least : full;
    }

    private static Value inner(Graph g, int... extents) {
        return g.add(new Activate(g.input("x", FLOAT32, extents), Activation.NONE));
    }

    /** Few rows stream the weights; 65 rows make tiles; 129 rows of so many outputs make large tiles, where there are tensor cores. */
    private void products(int rows) {
        int inputs = size(1030, 66), outputs = size(2051, 70), most = 8065;
        for (Storage storage : List.of(Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8)) {
            all.add(Twin.ofRows("product " + storage + ", few rows and tiles", rows, 65, inputs, 0, (g, w, n) -> new Linear(inner(g, n, inputs),
                    w.matrix("w", storage, outputs, inputs), w.vector("b", outputs), null, Activation.GELU_ERF)));
            all.add(Twin.ofRows("normed product " + storage + ", few rows and tiles", rows, 65, inputs, FLOAT, (g, w, n) -> new NormedLinear(
                    AdaptiveNorm.Kind.LAYER, inner(g, 1, n, inputs), w.vector("g", inputs), w.vector("n", inputs), 1e-5,
                    w.matrix("w", storage, outputs, inputs), null, Activation.NONE)));
            if (rows == 1 || !small) {
                int few = size(inputs, 8);
                all.add(Twin.ofRows("product " + storage + ", few rows and large tiles", rows, 129, few, 0, (g, w, n) -> new Linear(inner(g, n, few),
                        w.matrix("w", storage, most, few), null, null, Activation.NONE)));
            }
        }
        int channels = size(260, 6);
        if (rows == 1 || !small) {
            all.add(Twin.ofRows("convolution, tiles and large tiles", rows, 5, 65 * channels, 0, (g, w, n) -> new Conv1d(
                    inner(g, n, 65, channels), w.matrix("w", Storage.BFLOAT16, size(4100, 2750), 3 * channels), null, null, 3, 1, 1, 1, 1, Pad.Mode.ZERO,
                    Activation.ELU)));
        }
    }

    /** All frames at once, and one by one over a cache. */
    private void attention(int batch) {
        int frames = size(1031, 70);
        for (int[] shape : new int[][] {{2, 2, 64}, {4, 2, 80}, {2, 1, 96}, {2, 2, 128}, {2, 2, 20}}) {
            int heads = shape[0], keyHeads = shape[1], size = shape[2], channels = (heads + 2 * keyHeads) * size;
            all.add(Twin.ofFrames("attention of heads of " + size + ", many frames and one", batch, frames, channels, 0, BF16, (g, _, n) -> {
                Value x = inner(g, batch, n, channels), q = x.slice(2, 0, heads * size);
                Value k = x.slice(2, heads * size, (heads + keyHeads) * size), v = x.slice(2, (heads + keyHeads) * size, channels);
                if (n == frames) return new Attention(q, k, v, heads, keyHeads, 0.1, true, null, null);
                Value keys = g.state("keys", FLOAT32, batch, frames, keyHeads * size), values = g.state("values", FLOAT32, batch, frames, keyHeads * size);
                return new CachedAttention(q, k, v, keys, values, g.state("position", INT32, 1), heads, keyHeads, 0.1);
            }));
        }
    }

    /** Enough blocks for tiles of twice the height, and too few. */
    private void tallTiles() {
        for (int size : new int[] {64, 80}) {
            all.add(Twin.ofRows("attention of heads of " + size + ", tiles and tall tiles", 1, 4, 65 * 66 * size, 0, (g, _, n) -> {
                Value x = inner(g, n, 65, 66 * size);
                return new Attention(x, x, x, 66, 0.125, true, null, null);
            }));
        }
    }

    private void sequences(int batch) {
        int frames = size(1031, 130), channels = size(515, 20);
        all.add(Twin.ofFrames("selective scan, all frames and one", batch, frames, 2 * channels + 32, FLOAT, BF16, (g, w, n) -> {
            Value x = inner(g, batch, n, 2 * channels + 32);
            return new SelectiveScan(x.slice(2, 0, channels), x.slice(2, channels, 2 * channels), w.vector("d", channels), w.decays("a", channels, 16),
                    x.slice(2, 2 * channels, 2 * channels + 16), x.slice(2, 2 * channels + 16, 2 * channels + 32), w.vector("s", channels), null,
                    g.state("state", FLOAT32, batch, channels, 16), false);
        }));
        int heads = size(9, 2), width = heads * 64, all3 = width + heads + 256;
        all.add(Twin.ofFrames("duality, all frames and one", batch, frames, all3, FLOAT, BF16, (g, w, n) -> {
            Value x = inner(g, batch, n, all3);
            return new StateSpaceDuality(x.slice(2, 0, width), x.slice(2, width, width + heads), w.vector("d", heads), w.decays("a", heads),
                    x.slice(2, width + heads, width + heads + 128), x.slice(2, width + heads + 128, all3), w.vector("s", heads), null,
                    g.state("state", FLOAT32, batch, heads, 64, 128), 1, 0, Double.POSITIVE_INFINITY);
        }));
        all.add(Twin.ofFrames("depthwise convolution, all frames and one", batch, frames, channels, FLOAT, BF16, (g, w, n) -> new CausalDepthwiseConv(
                inner(g, batch, n, channels), w.table("w", 4, channels), w.vector("b", channels), g.state("state", FLOAT32, batch, 3, channels),
                Activation.SILU)));
    }

    /** Two groups that one block cannot hold, and the first of them alone, which it can. */
    private void groups() {
        int frames = 6001;
        all.add(new Twin("group norm, in parts and in one block", FLOAT, BF16, (backend, narrow) -> {
            int each = narrow ? 8 : 4;
            float[] x = Twin.normal(frames * 2 * each), first = new float[frames * each];
            for (int i = 0; i < first.length; i++) first[i] = x[i / each * 2 * each + i % each];
            float[] both = Twin.run(backend, x, group(each, 2, frames)), alone = Twin.run(backend, first, group(each, 1, frames));
            var part = new float[first.length];
            for (int i = 0; i < part.length; i++) part[i] = both[i / each * 2 * each + i % each];
            return new float[][] {part, alone};
        }));
    }

    private static Twin.Work group(int each, int groups, int frames) {
        return (g, w, _) -> new GroupNorm(inner(g, 1, frames, groups * each), groups, w.vector("g", groups * each), w.vector("b", groups * each), 1e-5);
    }

    /** What makes the frames one by one go on. */
    static void advance(Graph g) {
        boolean counted = g.leaves(Value.Kind.STATE).stream().anyMatch(state -> state.dtype() == DType.INT32);
        if (counted) g.add(new Stepwise.Advance(g.state("position", INT32, 1), 1));
    }
}
