package io.vivace.model.ssmttm;

import java.util.Arrays;

/** Frames out of delayed columns, piece by piece: codebook k of frame f stands k columns behind that of the first codebook. */
final class Undelay {
    private final int[][][] waiting;
    /** Columns that each codebook has yet to drop. */
    private final int[] skip;

    Undelay(int batch, int codebooks) {
        waiting = new int[batch][codebooks][0];
        skip = new int[codebooks];
        Arrays.setAll(skip, k -> k);
    }

    /**
     * Takes the next columns.
     *
     * @param columns [batch][codebooks][columns]
     * @return the frames that are complete now, [batch][codebooks][frames]
     */
    int[][][] frames(int[][][] columns) {
        int count = columns[0][0].length, ready = Integer.MAX_VALUE;
        for (int k = 0; k < skip.length; k++) {
            int dropped = Math.min(skip[k], count);
            skip[k] -= dropped;
            for (int b = 0; b < waiting.length; b++) waiting[b][k] = joined(waiting[b][k], columns[b][k], dropped);
            ready = Math.min(ready, waiting[0][k].length);
        }
        var frames = new int[waiting.length][skip.length][];
        for (int b = 0; b < waiting.length; b++) {
            for (int k = 0; k < skip.length; k++) {
                frames[b][k] = Arrays.copyOf(waiting[b][k], ready);
                waiting[b][k] = Arrays.copyOfRange(waiting[b][k], ready, waiting[b][k].length);
            }
        }
        return frames;
    }

    private static int[] joined(int[] before, int[] more, int from) {
        int[] all = Arrays.copyOf(before, before.length + more.length - from);
        System.arraycopy(more, from, all, before.length, more.length - from);
        return all;
    }
}
