package io.vivace.draft;

/**
 * Prompt look-up: what followed the newest columns where they stood before, arXiv 2304.04487. The longest such run of columns counts, of equally long ones
 * the latest. Guesses nothing where even two columns were never seen together.
 */
record NgramDraft() implements Draft {
    private static final int LEAST = 2, LONGEST = 8;

    @Override
    public int guess(Past past, int most) {
        int found = 0, length = LEAST - 1;
        for (int end = past.known() - 1; end >= LEAST && length < LONGEST; end--) {
            int common = common(past, end);
            if (common > length) {
                length = common;
                found = end;
            }
        }
        if (found == 0) return 0;
        // The source may run into what is being guessed: a loop goes on as a loop.
        int size = past.codebooks(), from = found * size, to = past.known() * size;
        for (int i = 0; i < most * size; i++) past.tokens()[to + i] = past.tokens()[from + i];
        return most;
    }

    /** How many columns before {@code end} equal the newest ones, counted up to the longest that matters. */
    private static int common(Past past, int end) {
        int size = past.codebooks(), most = Math.min(LONGEST, end) * size, count = 0;
        while (count < most && past.tokens()[end * size - 1 - count] == past.tokens()[past.known() * size - 1 - count]) count++;
        return count / size;
    }
}
