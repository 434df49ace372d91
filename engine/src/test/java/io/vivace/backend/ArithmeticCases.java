package io.vivace.backend;

import io.vivace.graph.Activate;
import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Arithmetic.Affine;
import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Arithmetic.Mask;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Arithmetic.Softmax;
import io.vivace.graph.Arithmetic.Unary;
import io.vivace.graph.Film;
import io.vivace.graph.Gated;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.Guide;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.Snake;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Elementwise functions, reductions and norms. */
final class ArithmeticCases {
    private static final int[][] SHAPES = {{1}, {7}, {1, 64}, {2, 3, 65}, {3, 1, 7, 130}};
    private final List<OpCase> cases = new ArrayList<>();

    private ArithmeticCases() {}

    static List<OpCase> all() {
        var all = new ArithmeticCases();
        all.elementwise();
        all.broadcast();
        all.reductions();
        all.norms();
        return all.cases;
    }

    private void add(OpCase c) {
        cases.add(c);
    }

    private void elementwise() {
        for (int[] shape : SHAPES) {
            String of = " of " + Arrays.toString(shape);
            for (Unary.Kind kind : Unary.Kind.values()) {
                boolean positive = kind == Unary.Kind.LOG || kind == Unary.Kind.RECIPROCAL_ROOT;
                add(OpCase.of(kind + of, o -> new Unary(kind, positive ? o.positive(shape) : o.normal(shape))));
                if (kind == Unary.Kind.SIN || kind == Unary.Kind.COS) {
                    add(OpCase.of(kind + " of large numbers" + of, o -> new Unary(kind, o.graph().add(new Affine(o.normal(shape), 8192, 0)))));
                    add(OpCase.of(kind + " of some huge numbers" + of, o -> new Unary(kind, o.graph().add(new Affine(o.normal(shape), 65536, 0)))));
                }
            }
            for (Activation activation : Activation.values()) {
                add(OpCase.of("activate " + activation + of, o -> new Activate(o.normal(shape), activation)));
                int[] twice = shape.clone();
                twice[twice.length - 1] *= 2;
                add(OpCase.of("gated " + activation + of, o -> new Gated(o.normal(twice), activation)));
            }
            add(OpCase.of("affine" + of, o -> new Affine(o.normal(shape), -0.3, 1.7)));
            add(OpCase.of("softmax" + of, o -> new Softmax(o.graph().add(new Affine(o.normal(shape), 5, 20)))));
            add(OpCase.of("softmax of much hidden" + of, o -> new Softmax(o.graph().add(new Mask(o.normal(shape), o.integers(0, 2, shape))))));
            add(OpCase.of("mask" + of, o -> new Mask(o.normal(shape), o.integers(0, 2, shape))));
            add(OpCase.of("mask by the last axis" + of, o -> new Mask(o.normal(shape), o.integers(0, 2, shape[shape.length - 1]))));
        }
        for (int batch = 1; batch <= 3; batch++) {
            int rows = 2 * batch;
            add(OpCase.of("guide batch " + batch, o -> new Guide(o.normal(rows, 4, 65), o.positive(1))));
        }
    }

    private void broadcast() {
        int[][][] pairs = {{{7}, {7}}, {{2, 65}, {65}}, {{65}, {2, 65}}, {{3, 7, 64}, {7, 1}}, {{3, 7, 64}, {3, 1, 1}}, {{3, 1, 5}, {1, 7, 1}},
                {{2, 3, 130}, {1}}, {{1}, {2, 3, 130}}, {{2, 4, 5, 6}, {4, 5, 6}}, {{2, 1, 5, 6}, {4, 1, 6}}};
        for (Binary.Kind kind : Binary.Kind.values()) {
            for (int[][] pair : pairs) {
                add(OpCase.of(kind + " of " + Arrays.deepToString(pair), o -> new Binary(kind, o.normal(pair[0]), o.positive(pair[1]))));
            }
            add(OpCase.of(kind + " with a weight", o -> new Binary(kind, o.normal(2, 3, 65), o.vector(65))));
        }
    }

    private void reductions() {
        for (Reduce.Kind kind : Reduce.Kind.values()) {
            for (int[] shape : SHAPES) {
                for (int axis = 0; axis < shape.length; axis++) {
                    int along = axis;
                    add(OpCase.of(kind + " over axis " + axis + " of " + Arrays.toString(shape), o -> new Reduce(kind, o.normal(shape), along)));
                }
            }
        }
    }

    private void norms() {
        for (int channels : new int[] {1, 7, 64, 65, 130}) {
            String of = " of " + channels + " channels";
            add(OpCase.of("layer norm" + of, o -> new LayerNorm(o.normal(2, 3, channels), o.vector(channels), o.vector(channels), 1e-5)));
            add(OpCase.of("layer norm without beta" + of, o -> new LayerNorm(o.normal(5, channels), o.vector(channels), null, 1e-12)));
            add(OpCase.of("layer norm far from zero" + of,
                    o -> new LayerNorm(o.graph().add(new Affine(o.normal(3, channels), 1, 4)), o.vector(channels), o.vector(channels), 1e-3)));
            add(OpCase.of("rms norm" + of, o -> new RmsNorm(o.normal(2, 3, channels), o.vector(channels), 1e-6)));
            for (int groups : IntStream.of(1, 5, channels).distinct().filter(n -> channels % n == 0).toArray()) {
                for (int frames : new int[] {1, 7, 130}) groupNorms(channels, groups, frames);
            }
            for (AdaptiveNorm.Kind kind : AdaptiveNorm.Kind.values()) adaptiveNorms(kind, channels);
            add(OpCase.of("film" + of, o -> new Film(o.normal(3, 5, channels), o.normal(3, channels), o.normal(3, channels))));
            add(OpCase.of("film without frames" + of, o -> new Film(o.normal(2, channels), o.normal(2, channels), o.normal(2, channels))));
            add(OpCase.of("snake" + of, o -> new Snake(o.normal(2, 9, channels), o.vector(channels), o.positive(channels))));
            add(OpCase.of("snake far from zero" + of,
                    o -> new Snake(o.graph().add(new Affine(o.normal(9, channels), 30, -20)), o.positive(channels), o.positive(channels))));
        }
        // Larger than what one block of a device may hold, with groups that divide 128 bytes and others that do not.
        for (int[] extents : new int[][] {{1, 900, 64, 16}, {2, 700, 96, 2}, {1, 3000, 35, 7}, {1, 5, 4100, 1}}) {
            int batch = extents[0], frames = extents[1], channels = extents[2], groups = extents[3];
            add(OpCase.of("group norm far from zero of " + Arrays.toString(extents), o -> new GroupNorm(
                    o.graph().add(new Affine(o.normal(batch, frames, channels), 1, 4)), groups, o.vector(channels), o.vector(channels), 1e-5,
                    o.normal(batch, channels), o.normal(batch, channels), Activation.SILU)));
        }
        for (int channels : new int[] {512, 1024, 1028, 4096, 5000}) {
            add(OpCase.of("layer norm of wide rows, " + channels, o -> new LayerNorm(o.normal(3, channels), o.vector(channels), o.vector(channels), 1e-5)));
            add(OpCase.of("rms norm of wide rows, " + channels, o -> new RmsNorm(o.normal(3, channels), o.vector(channels), 1e-5)));
        }
    }

    private void groupNorms(int channels, int groups, int frames) {
        String of = " of " + groups + " groups, " + frames + " frames of " + channels + " channels";
        Activation activation = Activation.values()[cases.size() % Activation.values().length];
        add(OpCase.of("group norm" + of, o -> new GroupNorm(o.normal(2, frames, channels), groups, o.vector(channels), o.vector(channels), 1e-5)));
        add(OpCase.of("group norm and " + activation + of, o -> new GroupNorm(o.normal(1, frames, channels), groups, o.vector(channels),
                o.vector(channels), 1e-5, null, null, activation)));
        add(OpCase.of("group norm, modulated, and SILU" + of, o -> new GroupNorm(o.normal(3, frames, channels), groups, o.vector(channels),
                o.vector(channels), 1e-5, o.normal(3, channels), o.normal(3, channels), Activation.SILU)));
    }

    private void adaptiveNorms(AdaptiveNorm.Kind kind, int channels) {
        String of = " " + kind + " of " + channels + " channels";
        add(OpCase.of("adaptive norm" + of, o -> new AdaptiveNorm(kind, o.normal(3, 5, channels), o.vector(channels), o.vector(channels), 1e-5,
                o.normal(3, channels), o.normal(3, channels))));
        add(OpCase.of("adaptive norm without beta" + of, o -> new AdaptiveNorm(kind, o.normal(2, 5, channels), o.vector(channels), null, 1e-5,
                o.normal(2, channels), o.normal(2, channels))));
        add(OpCase.of("adaptive norm without gamma and beta" + of, o -> new AdaptiveNorm(kind, o.normal(2, 3, channels), null, null, 1e-6,
                o.normal(2, channels), o.normal(2, channels))));
    }
}
