package io.vivace.benchmarks.gpu;

import io.vivace.graph.Activation;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.NextTokens;
import io.vivace.graph.SelectiveScan;
import io.vivace.graph.Shape;
import io.vivace.graph.Sru;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What goes along time or channels without weights to speak of: attention, norms, scans, recurrences, the sampler. */
final class SequenceBenches {
    private static final double LAST_OF_CACHE = 0.95;
    private final boolean small, narrow;
    private final List<Bench> all = new ArrayList<>();

    private SequenceBenches(boolean small, boolean narrow) {
        this.small = small;
        this.narrow = narrow;
    }

    /** @param small sizes that an emulated device can bear */
    static List<Bench> all(boolean small) {
        List<Bench> all = new ArrayList<>();
        for (boolean narrow : new boolean[] {true, false}) {
            var benches = new SequenceBenches(small, narrow);
            benches.attention();
            benches.norms();
            benches.stateSpaces();
            benches.sampler();
            all.addAll(benches.all);
        }
        return all;
    }

    private int size(int full, int least) {
        return small ? least : full;
    }

    private void add(String name, double elements, double flops, int copies, Map<String, Object> torch, Bench.Copy copy) {
        if (!torch.isEmpty()) torch.put("bf16", narrow);
        all.add(new Bench(name + ", " + ProductBenches.type(narrow), narrow, elements * (narrow ? 2 : 4), flops, small ? 2 : copies, torch, copy));
    }

    private void attention() {
        int[][] prompts = small ? new int[][] {{2, 64, 65}, {2, 96, 65}} : new int[][] {{16, 64, 1024}, {16, 64, 4096}, {16, 80, 1024}, {16, 80, 4096},
            {16, 96, 1024}, {16, 96, 4096}, {16, 128, 1024}, {16, 128, 4096}};
        for (int[] shape : prompts) {
            int heads = shape[0], size = shape[1], frames = shape[2], channels = heads * size;
            for (boolean causal : new boolean[] {false, true}) {
                add("attention of " + frames + " frames, " + heads + " heads of " + size + (causal ? ", causal" : ""), 4.0 * frames * channels,
                        4.0 * frames * frames * channels / (causal ? 2 : 1), 8, Rows.of("op", "attention", "heads", heads, "size", size, "frames", frames,
                        "causal", causal), p -> p.add(new Attention(p.x("q", 1, frames, channels), p.x("k", 1, frames, channels),
                        p.x("v", 1, frames, channels), heads, 1 / Math.sqrt(size), causal, null, null)));
            }
        }
        for (int heads : small ? new int[] {2} : new int[] {16, 24, 32}) decode(heads, 64, size(1504, 70));
    }

    /** One new frame, with guidance, near the end of the cache. */
    private void decode(int heads, int size, int capacity) {
        int channels = heads * size, seen = (int) (LAST_OF_CACHE * capacity);
        add("decode attention over " + seen + " frames, " + heads + " heads of " + size, 2.0 * 2 * seen * channels, 0, 16, Rows.of("op", "decode", "heads",
                heads, "size", size, "frames", seen), p -> p.add(new CachedAttention(p.x("q", 2, 1, channels), p.x("k", 2, 1, channels),
                p.x("v", 2, 1, channels), p.state("keys", 2, capacity, channels), p.state("values", 2, capacity, channels),
                p.position("seen", seen - 1), heads, 1 / Math.sqrt(size))));
    }

    private void norms() {
        for (int[] shape : small ? new int[][] {{9, 64}} : new int[][] {{64, 512}, {1024, 512}, {32_768, 128}}) {
            int frames = shape[0], channels = shape[1];
            add("group norm, FiLM and SiLU of [" + frames + ", " + channels + "]", 2.0 * frames * channels, 0, 16, Rows.of("op", "group norm", "frames", frames,
                    "channels", channels), p -> p.add(new GroupNorm(p.x("x", 1, frames, channels), 32, p.vector("g", channels), p.vector("b", channels), 1e-5,
                    p.x("scale", 1, channels), p.x("shift", 1, channels), Activation.SILU)));
        }
        for (int rows : small ? new int[] {3} : new int[] {2, 1500}) {
            int channels = size(1024, 64);
            add("layer norm of [" + rows + ", " + channels + "]", 2.0 * rows * channels, 0, 16, Rows.of("op", "layer norm", "rows", rows, "channels", channels),
                    p -> p.add(new LayerNorm(p.x("x", 1, rows, channels), p.vector("g", channels), p.vector("b", channels), 1e-5)));
        }
    }

    private void stateSpaces() {
        for (int frames : small ? new int[] {1, 130} : new int[] {1, 2048}) {
            int channels = size(2048, 32), heads = size(32, 2), wide = heads * 64;
            add("selective scan of [" + frames + ", " + channels + "], 16 states", frames * (3.0 * channels + 32) + 2.0 * channels * 16, 0, 8, Map.of(),
                    p -> p.add(new SelectiveScan(p.x("u", 1, frames, channels), p.x("delta", 1, frames, channels), p.vector("d", channels),
                            p.table("a", true, channels, 16), p.x("b", 1, frames, 16), p.x("c", 1, frames, 16), p.vector("s", channels), null,
                            p.state("h", 1, channels, 16), false)));
            add("duality of [" + frames + ", " + heads + "·64], 128 states", frames * (2.0 * wide + 256 + heads) + 2.0 * wide * 128,
                    frames == 1 ? 0 : 2.0 * frames * wide * 2 * 128, 8, Map.of(), p -> p.add(new StateSpaceDuality(p.x("u", 1, frames, wide),
                            p.x("delta", 1, frames, heads), p.vector("d", heads), p.table("a", true, heads), p.x("b", 1, frames, 128),
                            p.x("c", 1, frames, 128), p.vector("s", heads), null, p.state("h", 1, heads, 64, 128), 1, 0, Double.POSITIVE_INFINITY)));
            int conv = size(4096, 32);
            add("depthwise convolution of [" + frames + ", " + conv + "], 4 taps", 2.0 * frames * conv, 0, 8, Rows.of("op", "depthwise", "frames", frames,
                    "channels", conv), p -> p.add(new CausalDepthwiseConv(p.x("x", 1, frames, conv), p.table("w", false, 4, conv), p.vector("b", conv),
                    p.state("h", 1, 3, conv), Activation.SILU)));
        }
        int frames = size(1024, 7), width = size(1024, 32);
        add("sru of [" + frames + ", " + width + "], both ways", 5.0 * frames * width, 0, 8, Map.of(), p -> p.add(new Sru(p.x("u", 1, frames, 4 * width), null,
                p.vector("v", 2 * width), p.vector("b", 2 * width), null, 1, true)));
    }

    /** Four codebooks of 2048, top-k 250; always float32. */
    private void sampler() {
        if (!narrow) return;
        int batch = 1, vocabulary = size(2048, 64);
        all.add(new Bench("next tokens of 4 codebooks of " + vocabulary + ", top-k 250", true, 4.0 * 4 * batch * vocabulary, 0, size(16, 2),
                Rows.of("op", "sample", "vocabulary", vocabulary, "bf16", false), p -> p.add(new NextTokens(p.input("logits", batch, 4, vocabulary),
                p.input("settings", Tensor.of(Shape.of(batch, 3), 1f, 250f, 0f)), p.input("keys", Tensor.of(Shape.of(batch, 3), 1, 2, 3)),
                p.position("step", 5), p.input("given", free(batch)), p.integers("tokens", batch, 9, 4), p.position("column", 3)))));
    }

    private static Tensor free(int batch) {
        int[] tokens = new int[batch * 9 * 4];
        Arrays.fill(tokens, -1);
        return Tensor.of(Shape.of(batch, 9, 4), tokens);
    }
}
