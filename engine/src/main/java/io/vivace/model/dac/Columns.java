package io.vivace.model.dac;

import io.vivace.BadRequest;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.util.List;

/** Codes and sound as arrays [row][codebook or channel][time], and as tensors [rows, time, codebooks or channels]. */
final class Columns {
    private Columns() {}

    /** @throws BadRequest if there are other rows or codebooks than these, lengths differ, or a code is not below {@code size} */
    static Tensor codes(int[][][] codes, int rows, int codebooks, int size) {
        if (codes.length != rows) throw new BadRequest("There are codes for " + codes.length + " rows, not " + rows + "; give one row a clip.");
        int frames = codes[0].length == 0 ? 0 : codes[0][0].length;
        var flat = new int[Math.multiplyExact(Math.multiplyExact(rows, frames), codebooks)];
        for (int row = 0; row < rows; row++) {
            if (codes[row].length != codebooks) {
                throw new BadRequest("There are codes of " + codes[row].length + " codebooks, not " + codebooks + "; give all of them.");
            }
            for (int q = 0; q < codebooks; q++) {
                sameLength("codes", codes[row][q].length, frames);
                for (int t = 0; t < frames; t++) flat[(row * frames + t) * codebooks + q] = within(codes[row][q][t], size);
            }
        }
        return Tensor.of(Shape.of(rows, frames, codebooks), flat);
    }

    private static int within(int code, int size) {
        if (code >= 0 && code < size) return code;
        throw new BadRequest("A code is " + code + ", but codes lie between 0 and " + (size - 1) + "; decode codes of this model.");
    }

    private static void sameLength(String what, int length, int expected) {
        if (length != expected) throw new BadRequest("A row of the " + what + " has " + length + " columns, not " + expected + "; pad the rows.");
    }

    /** int32 [rows, frames, codebooks] as [row][codebook][frame]. */
    static int[][][] codes(Tensor codes) {
        int rows = codes.shape().at(0), frames = codes.shape().at(1), codebooks = codes.shape().at(2);
        var planes = new int[rows][codebooks][frames];
        for (int i = 0; i < codes.ints().length; i++) planes[i / codebooks / frames][i % codebooks][i / codebooks % frames] = codes.ints()[i];
        return planes;
    }

    /** Samples of each row, and zeros up to a whole number of {@code hop}s: [rows, samples, 1]. */
    static Tensor padded(float[][] audio, int hop) {
        if (audio.length == 0 || audio[0].length == 0) throw new BadRequest("There is no audio to encode; give at least one sample.");
        int samples = audio[0].length, whole = Math.multiplyExact(Math.ceilDiv(samples, hop), hop);
        var flat = new float[Math.multiplyExact(audio.length, whole)];
        for (int row = 0; row < audio.length; row++) {
            sameLength("audio", audio[row].length, samples);
            System.arraycopy(audio[row], 0, flat, row * whole, samples);
        }
        return Tensor.of(Shape.of(audio.length, whole, 1), flat);
    }

    /** Pieces [rows, samples, 1] one after the other: [row][sample]. */
    static float[][] joined(List<Tensor> pieces, int rows) {
        var joined = new float[rows][pieces.stream().mapToInt(piece -> piece.shape().at(1)).sum()];
        int at = 0;
        for (Tensor piece : pieces) {
            int length = piece.shape().at(1);
            for (int row = 0; row < rows; row++) System.arraycopy(piece.floats(), row * length, joined[row], at, length);
            at += length;
        }
        return joined;
    }
}
