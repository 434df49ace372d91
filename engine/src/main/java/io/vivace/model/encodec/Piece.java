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
     * @param ratio frames of the output for a frame of the input
     * @param whole all frames of the input
     */
    static Piece of(int batch, int codebooks, List<Layer> layers, int ratio, Span out, Span whole) {
        Span in = SeaNet.needs(layers, out, whole);
        long shift = in.from() == whole.from() ? 0 : -in.from();
        long begin = shift == 0 ? whole.from() : -Span.FAR, end = in.to() == whole.to() ? whole.to() + shift : Span.FAR;
        return new Piece(batch, codebooks, in.shift(shift), new Span(begin, end), out.shift(shift * ratio));
    }
}
