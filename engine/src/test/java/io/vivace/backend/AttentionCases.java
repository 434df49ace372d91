package io.vivace.backend;

import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Rotary;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise.CausalKeep;
import io.vivace.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Attention over given and over remembered keys. */
final class AttentionCases {
    private final List<OpCase> cases = new ArrayList<>();

    private AttentionCases() {}

    static List<OpCase> all() {
        var all = new AttentionCases();
        all.attention();
        all.cached();
        all.grouped();
        all.rotary();
        for (int position : new int[] {0, 3, 64}) {
            all.cases.add(OpCase.of("causal keep from " + position,
                    o -> new CausalKeep(o.input(Tensor.of(Shape.of(1), position)), 7, 65)));
        }
        return all.cases;
    }

    private void attention() {
        int[][] headsSize = {{1, 1}, {2, 7}, {4, 16}, {3, 64}, {1, 65}};
        int number = 0;
        for (int[] pair : headsSize) {
            for (int queries : new int[] {1, 7, 65}) {
                for (int keys : new int[] {1, 7, 64, 130}) {
                    int heads = pair[0], size = pair[1], batch = 1 + number % 3;
                    boolean causal = number % 2 == 1, keep = number % 4 > 1, bias = number % 3 == 0;
                    number++;
                    cases.add(OpCase.of("attention of " + heads + " heads of " + size + ", batch " + batch + ", " + queries + " queries, " + keys + " keys"
                            + (causal ? ", causal" : "") + (keep ? ", masked" : "") + (bias ? ", with bias" : ""),
                            o -> attention(o, heads, size, batch, queries, keys, causal, keep, bias)));
                }
            }
        }
        for (int[] many : new int[][] {{2, 70, 2, 400, 300}, {1, 260, 1, 50, 65}}) {
            cases.add(OpCase.of("attention of " + many[3] + " queries to all of " + many[4] + " keys",
                    o -> attention(o, many[0], many[1], many[2], many[3], many[4], false, false, false)));
        }
        cases.add(OpCase.of("attention to nothing", o -> new Attention(o.normal(2, 3, 8), o.normal(2, 5, 8), o.normal(2, 5, 8), 2, 0.5, false,
                o.integers(0, 1, 2, 5), null)));
        cases.add(OpCase.of("attention of row 0 to nothing", o -> new Attention(o.normal(2, 3, 8), o.normal(2, 5, 8), o.normal(2, 5, 8), 2, 0.5, false,
                o.input(Tensor.of(Shape.of(2, 5), 0, 0, 0, 0, 0, 0, 1, 1, 0, 1)), null)));
    }

    private static Attention attention(Operands o, int heads, int size, int batch, int queries, int keys, boolean causal, boolean keep, boolean bias) {
        int channels = heads * size;
        return new Attention(o.normal(batch, queries, channels), o.normal(batch, keys, channels), o.normal(batch, keys, channels), heads,
                1 / Math.sqrt(size), causal, keep ? o.integers(0, 2, batch, keys) : null, bias ? o.normal(heads, queries, keys) : null);
    }

    /** Heads that share keys and values, at sizes that have kernels of their own and at others. */
    private void grouped() {
        int number = 0;
        for (int[] shape : new int[][] {{4, 2, 7}, {6, 1, 4}, {6, 3, 64}, {8, 2, 80}, {12, 4, 96}, {2, 1, 128}, {16, 1, 20}}) {
            int heads = shape[0], keyHeads = shape[1], size = shape[2];
            for (int frames : new int[] {1, 3, 33}) {
                int batch = 1 + number % 3;
                boolean causal = number % 2 == 0, keep = number % 4 > 1, bias = number++ % 5 == 0;
                String what = heads + " heads of " + size + " on " + keyHeads + ", batch " + batch + ", " + frames + " frames";
                cases.add(OpCase.of("attention of " + what + (causal ? ", causal" : "") + (keep ? ", masked" : "") + (bias ? ", with bias" : ""),
                        o -> new Attention(o.normal(batch, frames, heads * size), o.normal(batch, 70, keyHeads * size), o.normal(batch, 70, keyHeads * size),
                                heads, keyHeads, 1 / Math.sqrt(size), causal, keep ? o.integers(0, 2, batch, 70) : null,
                                bias ? o.normal(heads, frames, 70) : null)));
                cases.add(OpCase.of("cached attention of " + what, o -> new CachedAttention(o.normal(batch, frames, heads * size),
                        o.normal(batch, frames, keyHeads * size), o.normal(batch, frames, keyHeads * size), o.state(batch, 130, keyHeads * size),
                        o.state(batch, 130, keyHeads * size), o.counter(frames), heads, keyHeads, 1 / Math.sqrt(size))).runs(3));
            }
        }
    }

    private void rotary() {
        for (int[] shape : new int[][] {{1, 2, 2}, {2, 8, 6}, {3, 64, 64}, {4, 64, 32}, {2, 5, 4}}) {
            int heads = shape[0], size = shape[1], rotated = shape[2];
            for (int frames : new int[] {1, 5}) {
                for (boolean interleaved : new boolean[] {false, true}) {
                    String what = rotated + " of " + size + " channels of " + heads + " heads" + (interleaved ? ", interleaved, " : ", ") + frames + " frames";
                    cases.add(OpCase.of("rotary of " + what,
                            o -> new Rotary(o.normal(2, frames, heads * size), o.normal(7, rotated), null, heads, interleaved)));
                    cases.add(OpCase.of("rotary from a position, of " + what,
                            o -> new Rotary(o.normal(2, frames, heads * size), o.normal(16, rotated), o.counter(frames), heads, interleaved)).runs(3));
                }
            }
        }
    }

    private void cached() {
        for (int[] pair : new int[][] {{1, 1}, {2, 7}, {4, 16}, {3, 64}, {1, 65}}) {
            for (int frames : new int[] {1, 7, 40}) {
                int heads = pair[0], size = pair[1], batch = 1 + (frames + heads) % 3, channels = heads * size;
                cases.add(OpCase.of("cached attention of " + heads + " heads of " + size + ", batch " + batch + ", " + frames + " new frames",
                        o -> new CachedAttention(o.normal(batch, frames, channels), o.normal(batch, frames, channels), o.normal(batch, frames, channels),
                                o.state(batch, 130, channels), o.state(batch, 130, channels), o.counter(frames), heads, 1 / Math.sqrt(size))).runs(3));
            }
        }
    }
}
