package io.vivace.model.musicgen;

import java.util.function.Consumer;

/** Puts pieces of a batch's sound together, [batch][channels][samples]. */
final class Gathering implements Consumer<float[][][]> {
    private final float[][][] whole;
    private int filled;

    Gathering(float[][][] whole) {
        this.whole = whole;
    }

    @Override
    public void accept(float[][][] piece) {
        for (int b = 0; b < whole.length; b++) {
            for (int c = 0; c < whole[b].length; c++) System.arraycopy(piece[b][c], 0, whole[b][c], filled, piece[b][c].length);
        }
        filled += piece[0][0].length;
    }
}
