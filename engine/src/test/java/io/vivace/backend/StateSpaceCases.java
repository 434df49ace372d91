package io.vivace.backend;

import io.vivace.graph.Activation;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Op;
import io.vivace.graph.SelectiveScan;
import io.vivace.graph.Sru;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** State-space layers and what goes with them: scans, SSD, causal depthwise convolution, SRU. Options take turns, so that each meets many shapes. */
final class StateSpaceCases {
    private static final int[] FRAMES = {1, 2, 7, 64, 130};
    private final List<OpCase> cases = new ArrayList<>();
    private int number;

    private StateSpaceCases() {}

    static List<OpCase> all() {
        var all = new StateSpaceCases();
        all.scans();
        all.dualities();
        all.convolutions();
        all.simpleRecurrences();
        all.dualitiesTogether();
        return all.cases;
    }

    /** Whether an option is on in this case: the first one in every other case, the next in every other pair, and so on. */
    private boolean option(int which) {
        return (number >> which) % 2 == 0;
    }

    private void add(String name, boolean carried, Function<Operands, Op> op) {
        OpCase c = OpCase.of(name + (carried ? " carried on" : ""), op);
        cases.add(carried ? c.runs(3) : c);
        number++;
    }

    private void scans() {
        for (int[] extents : new int[][] {{2, 1}, {7, 16}, {33, 16}, {64, 16}, {20, 64}, {5, 20}, {3, 130}}) {
            for (int frames : FRAMES) scan(1 + number % 3, frames, extents[0], extents[1]);
        }
        scan(1, 520, 8, 16);
        scan(2, 777, 5, 64);
        for (boolean reversed : new boolean[] {false, true}) {
            cases.add(OpCase.of("scan of parts of wider rows" + (reversed ? " reversed" : ""), o -> {
                Value u = wide(o, 2, 7, 68), rest = wide(o, 2, 7, 136);
                return new SelectiveScan(u.slice(2, 0, 34), u.slice(2, 34, 68), o.vector(34), o.decays(34, 16), rest.slice(2, 0, 16), rest.slice(2, 16, 32),
                        o.vector(34), rest.slice(2, 102, 136), null, reversed);
            }));
        }
    }

    private void scan(int batch, int frames, int channels, int states) {
        boolean carried = option(0), bias = option(1), skip = option(2), gate = option(3), reversed = number % 5 > 2;
        add("scan of [" + batch + ", " + frames + ", " + channels + "] with " + states + " states" + (bias ? ", bias" : "") + (skip ? ", skip" : "")
                + (gate ? ", gate" : "") + (reversed ? ", reversed" : ""), carried,
                o -> new SelectiveScan(o.normal(batch, frames, channels), o.normal(batch, frames, channels), bias ? o.vector(channels) : null,
                        o.decays(channels, states), o.normal(batch, frames, states), o.normal(batch, frames, states), skip ? o.vector(channels) : null,
                        gate ? o.normal(batch, frames, channels) : null, carried ? o.state(batch, channels, states) : null, reversed));
    }

    /** An intermediate, so that its slices may be views. */
    private static Value wide(Operands o, int... extents) {
        return o.normal(extents).affine(1, 0.1);
    }

    private void dualities() {
        for (int[] extents : new int[][] {{2, 3, 1, 1}, {2, 7, 1, 16}, {4, 16, 2, 64}, {3, 33, 3, 20}, {2, 64, 1, 128}, {6, 5, 3, 130}}) {
            for (int frames : FRAMES) duality(1 + number % 3, frames, extents, false);
        }
        duality(1, 64, new int[] {1, 17, 1, 512}, false);
        for (double[] limits : new double[][] {{0, 0.5}, {0.3, Double.POSITIVE_INFINITY}, {0.3, 0.9}}) {
            cases.add(OpCase.of("duality with steps limited to " + Arrays.toString(limits),
                    o -> new StateSpaceDuality(o.normal(2, 9, 3 * 8), o.normal(2, 9, 3), o.vector(3), o.decays(3), o.normal(2, 9, 16), o.normal(2, 9, 16), null,
                            null, null, 1, limits[0], limits[1])));
        }
        cases.add(OpCase.of("duality of parts of wider rows", o -> {
            Value all = wide(o, 2, 70, 64 + 2 * 2 * 32 + 64 + 4);
            return new StateSpaceDuality(all.slice(2, 64, 128), all.slice(2, 256, 260), o.vector(4), o.decays(4), all.slice(2, 128, 192),
                    all.slice(2, 192, 256), o.vector(4), all.slice(2, 0, 64), o.state(2, 4, 16, 32), 2, 0, Double.POSITIVE_INFINITY);
        }).runs(2));
    }

    /** Fewest frames of a chunk, whole chunks, and parts of one. */
    private void dualitiesTogether() {
        for (int[] extents : new int[][] {{2, 7, 1, 16}, {4, 16, 2, 64}, {3, 33, 3, 20}, {6, 5, 3, 130}}) {
            for (int frames : new int[] {15, 16, 65, 130}) duality(1 + number % 3, frames, extents, true);
        }
        duality(1, 60, new int[] {1, 130, 1, 70}, true);
    }

    private void duality(int batch, int frames, int[] extents, boolean together) {
        int heads = extents[0], size = extents[1], groups = extents[2], states = extents[3], channels = heads * size;
        boolean carried = option(0), bias = option(1), skip = option(2), gate = option(3), each = number % 3 == 0;
        add("duality of [" + batch + ", " + frames + ", " + heads + "·" + size + "] with " + groups + " groups of " + states + " states"
                + (bias ? ", bias" : "") + (skip ? each ? ", skip by channel" : ", skip" : "") + (gate ? ", gate" : "")
                + (together ? ", together" : ""), carried,
                o -> new StateSpaceDuality(o.normal(batch, frames, channels), o.normal(batch, frames, heads), bias ? o.vector(heads) : null, o.decays(heads),
                        o.normal(batch, frames, groups * states), o.normal(batch, frames, groups * states),
                        skip ? o.vector(each ? channels : heads) : null, gate ? o.normal(batch, frames, channels) : null,
                        carried ? o.state(batch, heads, size, states) : null, groups, 0, Double.POSITIVE_INFINITY, together));
    }

    private void convolutions() {
        int[] channels = {1, 7, 64, 130};
        for (int kernel : new int[] {2, 3, 4, 5, 6, 7, 8, 9}) {
            for (int frames : FRAMES) {
                int batch = 1 + number % 3, width = channels[number % channels.length];
                boolean carried = option(0), bias = option(1);
                Activation activation = option(2) ? Activation.SILU : Activation.NONE;
                add("causal depthwise convolution of [" + batch + ", " + frames + ", " + width + "] with " + kernel + " taps " + activation
                        + (bias ? ", bias" : ""), carried, o -> new CausalDepthwiseConv(o.normal(batch, frames, width), o.table(kernel, width),
                        bias ? o.vector(width) : null, carried ? o.state(batch, kernel - 1, width) : null, activation));
            }
        }
        cases.add(OpCase.of("causal depthwise convolution of part of wider rows", o -> new CausalDepthwiseConv(wide(o, 2, 19, 90).slice(2, 6, 71),
                o.table(4, 65), o.vector(65), o.state(2, 3, 65), Activation.SILU)).runs(2));
    }

    private void simpleRecurrences() {
        for (int width : new int[] {2, 7, 64, 130}) {
            for (int frames : FRAMES) {
                for (boolean both : new boolean[] {false, true}) {
                    if (both && width % 2 != 0) continue;
                    int batch = 1 + number % 3;
                    boolean carried = option(0), input = option(1), seen = option(2);
                    add((both ? "bidirectional" : "forward") + " sru of [" + batch + ", " + frames + ", " + width + "]" + (input ? " with input" : "")
                            + (seen ? " with seen cells" : ""), carried, o -> new Sru(o.normal(batch, frames, (input ? 3 : 4) * width),
                            input ? o.normal(batch, frames, width) : null, seen ? o.vector(2 * width).affine(0.5, 0) : null, o.vector(2 * width),
                            carried ? o.state(batch, width) : null, Math.sqrt(3), both));
                }
            }
        }
        add("bidirectional sru of many sequences", false, o -> new Sru(o.normal(20, 5, 4 * 260), null, null, o.vector(2 * 260), null, 1, true));
        add("forward sru of many sequences with input", true, o -> new Sru(o.normal(40, 3, 3 * 70), o.normal(40, 3, 70), o.vector(2 * 70).affine(0.5, 0),
                o.vector(2 * 70), o.state(40, 70), Math.sqrt(3), false));
    }
}
