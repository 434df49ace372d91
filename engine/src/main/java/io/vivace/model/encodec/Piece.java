package io.vivace.model.encodec;

import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Part;
import io.vivace.nn.signal.Span;
import java.util.List;

/**
 * A {@link Part} of EnCodec's output for some number of rows and codebooks.
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
        Part part = Part.of(layers, out, whole, inputs, outputs);
        return new Piece(batch, codebooks, part.in(), part.whole(), part.out());
    }
}
