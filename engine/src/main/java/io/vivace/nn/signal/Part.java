package io.vivace.nn.signal;

import java.util.List;

/**
 * A part of a network's output together with the input it takes. Parts between the borders of a signal that only differ in their place
 * are equal, and so share a program.
 *
 * @param in    frames of the input
 * @param whole all frames of the input; {@link Span#FAR} where the part does not reach the border
 * @param out   frames of the output
 */
public record Part(Span in, Span whole, Span out) {

    /**
     * @param whole  all frames of the input
     * @param inputs frames of the input that pass while {@code outputs} frames of the output pass
     */
    public static Part of(List<Layer> layers, Span out, Span whole, int inputs, int outputs) {
        Span in = Layers.needs(layers, out, whole);
        long steps = in.from() == whole.from() ? 0 : out.from() / outputs;
        Span moved = in.shift(-steps * inputs);
        long begin = in.from() == whole.from() ? whole.from() : -Span.FAR;
        long end = in.to() == whole.to() ? whole.to() - steps * inputs : Span.FAR;
        return new Part(moved, new Span(begin, end), out.shift(-steps * outputs));
    }
}
