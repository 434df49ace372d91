package io.vivace.backend.cuda;

import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Film;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.Shape;
import io.vivace.graph.Snake;
import io.vivace.kernels.FilmKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.NormKernels;
import io.vivace.kernels.SnakeKernels;
import java.util.List;

/** Launches of normalisation over the last axis, and of what scales and bends single channels. */
final class Norms {
    /** Channels of a row that a warp holds in its registers, and rows that a block of such warps takes. */
    private static final int SHORT = 1024, SHORT_ROWS = 4;
    /** Blocks of 256 threads that fill a large device: eight a multiprocessor. */
    static final int FULL = 1056;
    private static final int THREADS = 256;

    private Norms() {}

    static List<Launch> of(LayerNorm op, Place x, Place gamma, Place beta, Place y) {
        return rows(op.shape(), 1, op.epsilon(), x, gamma, beta, null, null, y);
    }

    static List<Launch> of(RmsNorm op, Place x, Place gamma, Place y) {
        return rows(op.shape(), 0, op.epsilon(), x, gamma, null, null, null, y);
    }

    /** Places of absent operands are null. */
    static List<Launch> of(AdaptiveNorm op, Place x, Place gamma, Place beta, Place scale, Place shift, Place y) {
        return rows(op.shape(), op.kind() == AdaptiveNorm.Kind.LAYER ? 1 : 0, op.epsilon(), x, gamma, beta, scale, shift, y);
    }

    private static List<Launch> rows(Shape shape, int centred, double epsilon, Place x, Place gamma, Place beta, Place scale, Place shift, Place y) {
        int rows = shape.rows(), channels = shape.last();
        if (rows == 0) return List.of();
        int frames = scale == null ? rows : rows / shape.at(0);
        Launch launch = channels <= SHORT
                ? NormKernels.normShort(y.suffix(), Grid.of(Math.ceilDiv(rows, SHORT_ROWS)), x.address(), Place.address(gamma), Place.address(beta),
                        Place.address(scale), Place.address(shift), y.address(), rows, frames, channels, x.stride(), y.stride(), stride(scale),
                        stride(shift), centred, (float) epsilon)
                : NormKernels.normLong(y.suffix(), Grid.of(rows), x.address(), Place.address(gamma), Place.address(beta), Place.address(scale),
                        Place.address(shift), y.address(), frames, channels, x.stride(), y.stride(), stride(scale), stride(shift), centred,
                        (float) epsilon);
        return List.of(launch);
    }

    static int stride(Place place) {
        return place == null ? 0 : place.stride();
    }

    static List<Launch> of(Film op, Place x, Place scale, Place shift, Place y) {
        int batch = op.shape().at(0), channels = op.shape().last();
        if (op.shape().size() == 0) return List.of();
        int frames = op.shape().rows() / batch, stretch = stretch(frames, batch, channels);
        return List.of(FilmKernels.film(y.suffix(), Grid.of(Math.ceilDiv(frames, stretch), batch), x.address(), scale.address(), shift.address(),
                y.address(), frames, channels, x.stride(), y.stride(), scale.stride(), shift.stride(), stretch));
    }

    static List<Launch> of(Snake op, Place x, Place alpha, Place beta, Place y) {
        int rows = op.shape().rows(), channels = op.shape().last();
        if (rows == 0) return List.of();
        int stretch = stretch(rows, 1, channels);
        return List.of(SnakeKernels.snake(y.suffix(), Grid.of(Math.ceilDiv(rows, stretch)), x.address(), alpha.address(), beta.address(), y.address(),
                rows, channels, x.stride(), y.stride(), stretch));
    }

    /** Rows of a block: as many as its threads cover at once, until the device is full. */
    static int stretch(int rows, int batch, int channels) {
        int pieces = channels % 4 == 0 ? channels / 4 : channels, atOnce = Math.max(1, THREADS / pieces);
        long even = Math.ceilDiv((long) rows * batch, FULL);
        return Math.toIntExact(Math.ceilDiv(even, atOnce) * atOnce);
    }
}
