package io.vivace.model.musicgen;

import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.musicgen.Decoder.Layout;
import java.util.Arrays;

/** A melody batch with its null rows: no text, and the null melody, which stays on the first pitch class. */
final class ConditionRows {
    private final Tensor text;
    private final Tensor mask;
    private final Tensor chroma;

    ConditionRows(MusicGenConfig config, Layout layout, Conditions conditions) {
        int tokens = conditions.tokens(), frames = config.chroma().length(), bins = config.chroma().bins();
        text = extended(conditions.text(), layout.rows(), tokens, config.textWidth());
        mask = extended(floats(conditions.mask()), layout.rows(), tokens, 1);
        chroma = extended(conditions.chroma(), layout.rows(), frames, bins);
        for (int i = layout.batch() * frames; i < layout.rows() * frames; i++) chroma.floats()[i * bins] = 1;
    }

    /** Chroma of a row without a melody, [frames · bins]. */
    static float[] nullChroma(int frames, int bins) {
        var chroma = new float[frames * bins];
        for (int i = 0; i < frames; i++) chroma[i * bins] = 1;
        return chroma;
    }

    /** An int32 mask [batch, tokens] as factors [batch, tokens, 1]. */
    static Tensor floats(Tensor mask) {
        var factors = new float[mask.shape().size()];
        for (int i = 0; i < factors.length; i++) factors[i] = mask.ints()[i];
        return Tensor.of(Shape.of(mask.shape().at(0), mask.shape().at(1), 1), factors);
    }

    private static Tensor extended(Tensor rows, int... extents) {
        Shape shape = Shape.of(extents);
        return Tensor.of(shape, Arrays.copyOf(rows.floats(), shape.size()));
    }

    /** [rows, tokens, text width] */
    Tensor text() {
        return text;
    }

    /** 1 or 0, [rows, tokens, 1] */
    Tensor mask() {
        return mask;
    }

    /** [rows, frames, bins] */
    Tensor chroma() {
        return chroma;
    }
}
