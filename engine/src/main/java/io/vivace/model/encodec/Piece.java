package io.vivace.model.encodec;

import java.util.List;

/**
 * A part of a network's output together with the input it takes. Pieces between the borders of a clip that only differ in their place
 * are equal, and so share a program.
 *
 * @param batch  rows
 * @param codebooks that the codes have; 0 where the input is no codes
 * @param in     frames of the input
 * @param whole  all frames of the input; {@link Span#FAR} where the piece does not reach the border
 * @param out    frames of the output
 */
record Piece(int batch, int codebooks, Span in, Span whole, Span out) {

    /**
     * @param whole   all frames of the input
     * @param inputs  frames of the input that pass while {@code outputs} frames of the output pass
     */
    static Piece of(int batch, int codebooks, List<Layer> layers, Span out, Span whole, int inputs, int outputs) {
        Span in = SeaNet.needs(layers, out, whole);
        long steps = in.from() == whole.from() ? 0 : out.from() / outputs;
        Span moved = in.shift(-steps * inputs);
        long begin = in.from() == whole.from() ? whole.from() : -Span.FAR;
        long end = in.to() == whole.to() ? whole.to() - steps * inputs : Span.FAR;
        return new Piece(batch, codebooks, moved, new Span(begin, end), out.shift(-steps * outputs));
    }
}
