package io.vivace.model.melody;

import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Film;
import io.vivace.graph.Shape;
import io.vivace.graph.Sru;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/**
 * A dual-path block, arXiv 2305.15719 §4.2. The coarse path runs attention along the segments, for groups of neighbouring columns together; the fine
 * path runs recurrent units along the frames of every segment, modulated by the segment's vector.
 */
final class DualPathBlock {
    private final DiffusionConfig config;
    private final Scope scope;
    private final int group;

    /** @param number of the block, from 0 */
    DualPathBlock(DiffusionConfig config, Scope blocks, int number) {
        this.config = config;
        this.scope = blocks.at(number);
        this.group = Math.min(config.segment(), config.group(number));
    }

    /**
     * The whole block.
     *
     * @param h          [rows, segments, segment, width]
     * @param modulation [rows, segments, width]
     * @return the same shape as h
     */
    Value apply(Value h, Value modulation, CoarseLayer layer) {
        Value coarse = scope.rmsNorm("coarse_norm", spread(h, coarse(merged(h), layer)), Denoiser.EPSILON);
        return scope.rmsNorm("fine_norm", coarse.plus(fine(coarse, modulation)), Denoiser.EPSILON);
    }

    /** Means of neighbouring columns; a last, shorter group is divided by its own size: [rows, segments, columns, width]. */
    Value merged(Value h) {
        if (group == 1) return h;
        Shape s = h.shape();
        int segment = s.at(2), whole = segment / group, width = s.at(3);
        Value means = h.slice(2, 0, whole * group).reshape(s.at(0), s.at(1), whole, group, width).reduce(Reduce.Kind.MEAN, 3)
                .reshape(s.at(0), s.at(1), whole, width);
        if (segment % group == 0) return means;
        return h.graph().concat(2, means, h.slice(2, whole * group, segment).reduce(Reduce.Kind.MEAN, 2));
    }

    /** The attention layers, along the segments of each column: [rows, segments, columns, width], and back. */
    Value coarse(Value columns, CoarseLayer layer) {
        Shape s = columns.shape();
        Value x = columns.transpose(0, 2, 1, 3).reshape(s.at(0) * s.at(2), s.at(1), s.at(3));
        for (int i = 0; i < config.coarseLayers(); i++) x = layer.apply(scope.at("coarse").at(i), x);
        return x.reshape(s.at(0), s.at(2), s.at(1), s.at(3)).transpose(0, 2, 1, 3);
    }

    /** h with every column's result added to all of its group. */
    Value spread(Value h, Value columns) {
        if (group == 1) return h.plus(columns);
        Shape s = h.shape();
        int segment = s.at(2), whole = segment / group, width = s.at(3);
        Value groups = h.slice(2, 0, whole * group).reshape(s.at(0), s.at(1), whole, group, width);
        Value sum = groups.plus(columns.slice(2, 0, whole).reshape(s.at(0), s.at(1), whole, 1, width)).reshape(s.at(0), s.at(1), whole * group, width);
        if (segment % group == 0) return sum;
        return h.graph().concat(2, sum, h.slice(2, whole * group, segment).plus(columns.slice(2, whole, whole + 1)));
    }

    /** The recurrent layers and the modulation of what they give: [rows, segments, segment, width], modulation [rows, segments, width]. */
    Value fine(Value h, Value modulation) {
        Shape s = h.shape();
        int sequences = s.at(0) * s.at(1), width = config.width();
        Value x = recurrent(h.reshape(sequences, s.at(2), width));
        Value film = scope.affine("film", modulation.reshape(sequences, width), 2 * width, null, Activation.NONE);
        Value out = scope.affine("fine_out", x, width, null, Activation.NONE);
        return h.graph().add(new Film(out, film.slice(1, 0, width), film.slice(1, width, 2 * width))).reshape(s.toArray());
    }

    /** The recurrent layers: [sequences, frames, width] to [sequences, frames, 2·hidden]. */
    Value recurrent(Value sequences) {
        Value x = sequences;
        for (int i = 0; i < config.sruLayers(); i++) {
            Scope layer = scope.at("fine").at(i);
            int channels = 2 * config.sruHidden(), parts = config.sruParts(i);
            Value u = layer.linear("weight", x, parts * channels, null, Activation.NONE);
            Value seen = config.gateRecurrence() ? layer.weight("recurrent", 2 * channels) : null;
            x = x.graph().add(new Sru(u, parts == 3 ? x : null, seen, layer.weight("bias", 2 * channels), null, Math.sqrt(3), true));
        }
        return x;
    }
}
