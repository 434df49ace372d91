package io.vivace.model.ssmttm;

/**
 * The shapes of one run.
 *
 * @param batch  clips
 * @param guided whether every clip has a null row too; these come after the others
 * @param text   rows of text: before the tokens, or attended to
 * @param frames tokens of a row, the start included; it counts for self-attention only, which keeps them all
 */
record Layout(int batch, boolean guided, int text, int frames) {
    int rows() {
        return guided ? 2 * batch : batch;
    }
}
