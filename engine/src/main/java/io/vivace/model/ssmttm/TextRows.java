package io.vivace.model.ssmttm;

import java.util.Arrays;

/**
 * Token ids of one text as the original feeds them: shorter texts of a batch are filled with the pad up to the longest, and all of them with another
 * id up to the least length. The mask hides both fillings from the text encoder, not from the music model.
 *
 * @param ids  [rows]
 * @param mask [rows], 0 where filled
 */
record TextRows(int[] ids, int[] mask) {
    private static final int PAD = 0;

    /** @param longest tokens of the longest text of the batch */
    static TextRows of(int[] tokens, int longest, LmConfig config) {
        int rows = Math.max(longest, config.leastText());
        int[] ids = Arrays.copyOf(tokens, rows), mask = new int[rows];
        Arrays.fill(ids, tokens.length, longest, PAD);
        Arrays.fill(ids, longest, rows, config.textFill());
        Arrays.fill(mask, 0, tokens.length, 1);
        return new TextRows(ids, mask);
    }
}
