package io.vivace.model.encodec;

import io.vivace.BadRequest;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.nn.signal.Frames;
import java.util.Arrays;
import java.util.List;

/** Codes and audio as arrays [batch][codebook or channel][time], and as tensors [batch, time, codebook or channel]. */
final class Planes {
    private Planes() {}

    /** @throws BadRequest if there are other rows or codebooks than these, lengths differ, or a code is not below {@code size} */
    static Tensor codes(int[][][] codes, int batch, int codebooks, int size) {
        if (codes.length != batch) {
            throw new BadRequest("There are codes for " + codes.length + " rows, not " + batch + "; give one row a clip.");
        }
        for (int[][] row : codes) {
            if (row.length != codebooks) {
                throw new BadRequest("There are codes of " + row.length + " codebooks, not " + codebooks + "; give all of them.");
            }
        }
        int frames = codes[0][0].length;
        int[] flat = new int[Math.multiplyExact(Math.multiplyExact(batch, frames), codebooks)];
        for (int row = 0; row < batch; row++) {
            for (int q = 0; q < codebooks; q++) {
                sameLength("codes", codes[row][q].length, frames);
                for (int t = 0; t < frames; t++) flat[(row * frames + t) * codebooks + q] = within(codes[row][q][t], size);
            }
        }
        return Tensor.of(Shape.of(batch, frames, codebooks), flat);
    }

    private static int within(int code, int size) {
        if (code < 0 || code >= size) {
            throw new BadRequest("A code is " + code + ", but codes lie between 0 and " + (size - 1) + "; decode codes of this model.");
        }
        return code;
    }

    /** @throws BadRequest if rows have other channels than these, or lengths differ */
    static Tensor audio(float[][][] audio, int channels) {
        if (audio.length == 0 || audio[0].length == 0) throw new BadRequest("There is no audio to encode; give at least one row.");
        int batch = audio.length, samples = audio[0][0].length;
        float[] flat = new float[Math.multiplyExact(Math.multiplyExact(batch, samples), channels)];
        for (int row = 0; row < batch; row++) {
            if (audio[row].length != channels) {
                throw new BadRequest("The audio has " + audio[row].length + " channels, but the codec " + channels + "; mix it.");
            }
            for (int c = 0; c < channels; c++) {
                sameLength("audio", audio[row][c].length, samples);
                for (int t = 0; t < samples; t++) flat[(row * samples + t) * channels + c] = audio[row][c][t];
            }
        }
        return Tensor.of(Shape.of(batch, samples, channels), flat);
    }

    static void sameLength(String what, int length, int expected) {
        if (length != expected) {
            throw new BadRequest("A row of the " + what + " has " + length + " columns, not " + expected + "; pad the rows.");
        }
    }

    /** Pieces of audio one after the other. */
    static float[][][] join(List<Tensor> pieces, int batch, int channels) {
        int samples = pieces.stream().mapToInt(piece -> piece.shape().at(1)).sum();
        float[][][] joined = new float[batch][channels][samples];
        int at = 0;
        for (Tensor piece : pieces) {
            int length = piece.shape().at(1);
            for (int i = 0; i < piece.floats().length; i++) {
                joined[i / channels / length][i % channels][at + i / channels % length] = piece.floats()[i];
            }
            at += length;
        }
        return joined;
    }

    /** int32 [batch, frames, codebooks] as [batch][codebook][frame]. */
    static int[][][] codes(Tensor codes) {
        int batch = codes.shape().at(0), frames = codes.shape().at(1), codebooks = codes.shape().at(2);
        int[][][] planes = new int[batch][codebooks][frames];
        for (int i = 0; i < codes.ints().length; i++) {
            planes[i / codebooks / frames][i % codebooks][i / codebooks % frames] = codes.ints()[i];
        }
        return planes;
    }

    /** Frames {@code from} (inclusive) to {@code to} (exclusive) of every row; frames that are not there are zero. */
    static int[][][] slice(int[][][] codes, int from, int to) {
        return Arrays.stream(codes).map(row -> Arrays.stream(row).map(book -> Arrays.copyOfRange(book, from, to)).toArray(int[][]::new))
                .toArray(int[][][]::new);
    }

    /** @throws BadRequest if there are not more frames than are to be left out at the end */
    static int[][][] without(int[][][] codes, int last) {
        if (last == 0) return codes;
        int frames = codes[0][0].length;
        if (last < 0 || last >= frames) {
            throw new BadRequest("Of " + frames + " frames " + last + " cannot be left out; give the number that encoding told.");
        }
        return slice(codes, 0, frames - last);
    }

    /** Samples {@code from} (inclusive) to {@code to} (exclusive) of [batch, samples, channels], copied. */
    static Tensor slice(Tensor audio, int from, int to) {
        int batch = audio.shape().at(0), samples = audio.shape().at(1), channels = audio.shape().at(2), row = (to - from) * channels;
        float[] part = new float[batch * row];
        for (int b = 0; b < batch; b++) System.arraycopy(audio.floats(), (b * samples + from) * channels, part, b * row, row);
        return Tensor.of(Shape.of(batch, to - from, channels), part);
    }

    /** Audio that is silent where the mask [batch][sample] is 0. */
    static float[][][] masked(float[][][] audio, int[][] mask) {
        if (mask == null) return audio;
        if (mask.length != audio.length) {
            throw new BadRequest("There are masks for " + mask.length + " rows, not " + audio.length + "; give one a row.");
        }
        float[][][] masked = new float[audio.length][][];
        for (int row = 0; row < audio.length; row++) {
            masked[row] = new float[audio[row].length][];
            for (int c = 0; c < audio[row].length; c++) {
                sameLength("mask", mask[row].length, audio[row][c].length);
                masked[row][c] = audio[row][c].clone();
                for (int t = 0; t < mask[row].length; t++) if (mask[row][t] == 0) masked[row][c][t] = 0;
            }
        }
        return masked;
    }
}
