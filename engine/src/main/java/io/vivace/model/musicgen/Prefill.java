package io.vivace.model.musicgen;

/**
 * How the known columns of a window are taken: in pieces, so that a run can be cancelled between them and their activations stay
 * small. The last piece also draws the next column.
 *
 * @param fills pieces of {@link #PIECE} columns before the last
 * @param last  columns of the last piece
 */
record Prefill(int fills, int last) {
    static final int PIECE = 64;

    /** @param known frames that are known; the start column comes before them */
    static Prefill of(int known) {
        int fills = known / PIECE;
        return new Prefill(fills, known + 1 - fills * PIECE);
    }

    /** Whether the last piece is more than a usual step, given the frames of conditions that the first piece takes too. */
    boolean lastIsMore(int prefix) {
        return last > 1 || (fills == 0 && prefix > 0);
    }

    /** Passes that take known frames. */
    int passes(int prefix) {
        return fills + (lastIsMore(prefix) ? 1 : 0);
    }
}
