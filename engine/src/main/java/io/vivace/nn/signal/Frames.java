package io.vivace.nn.signal;

import io.vivace.graph.DType;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;

/** A queue of frames [batch, frames, channels], numbered from the first one that ever was in it. */
public final class Frames {
    private final int batch;
    private final int channels;
    private final DType dtype;
    private long from;
    private Tensor held;

    public Frames(DType dtype, int batch, int channels) {
        this.batch = batch;
        this.channels = channels;
        this.dtype = dtype;
        this.held = Tensor.zeros(dtype, Shape.of(batch, 0, channels));
    }

    /** Number of the frame that comes next. */
    public long end() {
        return from + held.shape().at(1);
    }

    public void append(Tensor more) {
        int old = held.shape().at(1), added = more.shape().at(1);
        Tensor joined = Tensor.zeros(dtype, Shape.of(batch, old + added, channels));
        copy(held, 0, joined, 0, old);
        copy(more, 0, joined, old, added);
        held = joined;
    }

    /** A copy of these frames, which must not have been dropped. */
    public Tensor get(Span frames) {
        Tensor part = Tensor.zeros(dtype, Shape.of(batch, (int) frames.length(), channels));
        copy(held, (int) (frames.from() - from), part, 0, (int) frames.length());
        return part;
    }

    /** Forgets the frames before this one. */
    public void drop(long before) {
        if (before <= from) return;
        held = get(new Span(before, end()));
        from = before;
    }

    private void copy(Tensor source, int at, Tensor target, int to, int frames) {
        for (int row = 0; row < batch; row++) {
            int start = (row * source.shape().at(1) + at) * channels, end = (row * target.shape().at(1) + to) * channels;
            System.arraycopy(elements(source), start, elements(target), end, frames * channels);
        }
    }

    private static Object elements(Tensor tensor) {
        return tensor.floats() != null ? tensor.floats() : tensor.ints();
    }
}
