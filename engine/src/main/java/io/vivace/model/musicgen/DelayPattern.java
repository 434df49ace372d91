package io.vivace.model.musicgen;

import java.util.Arrays;

/**
 * MusicGen's interleaving, arXiv 2306.05284 §2.2: column 0 holds the start id only, and codebook k runs behind by its delay. So codebook k
 * of frame f stands in column {@code 1 + f + delay(k)}; every other place holds the pad.
 *
 * @param delays columns that each codebook runs behind; both channels of a stereo model share one
 * @param pad    the id of the start column and of empty places
 */
record DelayPattern(int[] delays, int pad) {

    /** In {@link #forced}: this place is drawn. */
    static final int FREE = -1;

    static DelayPattern of(DecoderConfig decoder) {
        var delays = new int[decoder.codebooks()];
        Arrays.setAll(delays, k -> k / decoder.channels());
        return new DelayPattern(delays, decoder.pad());
    }

    int codebooks() {
        return delays.length;
    }

    int longest() {
        return delays[delays.length - 1];
    }

    /** Columns that hold so many frames. */
    int columns(int frames) {
        return 1 + frames + longest();
    }

    /** The frame that is complete once this column is known; negative in the first columns. */
    int completed(int column) {
        return column - 1 - longest();
    }

    /**
     * What every place must hold: the pad, a code of the prompt, or {@link #FREE}.
     *
     * @param prompt codes that are known, [codebooks][known frames]
     * @param frames frames to make, the known ones included
     * @param into   [columns · codebooks], codebook innermost
     * @param from   where to write in it
     */
    void forced(int[][] prompt, int frames, int[] into, int from) {
        for (int column = 0; column < columns(frames); column++) {
            for (int k = 0; k < delays.length; k++) {
                int frame = column - 1 - delays[k];
                boolean outside = frame < 0 || frame >= frames;
                into[from + column * delays.length + k] = outside ? pad : frame < prompt[k].length ? prompt[k][frame] : FREE;
            }
        }
    }
}
