package io.vivace.draft;

import io.vivace.BadRequest;
import io.vivace.Speculation;

/**
 * Guesses the next columns of tokens. A guess costs little and may be anything: it is kept exactly where it equals what a pass draws there. A new
 * source is a file, its name here, and a line of {@link #of}.
 */
public sealed interface Draft permits HeadsDraft, JacobiDraft, NgramDraft {

    /**
     * What there is of one clip.
     *
     * @param tokens    [columns · codebooks]
     * @param codebooks tokens of a column
     * @param known     columns that are right, at least 1
     * @param drawn     columns that are right or hold what the last pass drew there
     * @param ahead     tokens that further heads drew for the columns from known on; may be empty
     */
    record Past(int[] tokens, int codebooks, int known, int drawn, int[] ahead) {}

    /** Writes up to {@code most} guessed columns into the tokens, from column {@code known} on; returns how many. */
    int guess(Past past, int most);

    /** Whether the passes must draw from further heads for it. */
    default boolean readsHeads() {
        return false;
    }

    /**
     * @param heads further heads of the model
     * @return null for none
     * @throws BadRequest if the model has no heads where they are asked for
     */
    static Draft of(Speculation speculation, int heads) {
        return switch (speculation) {
            case OFF -> null;
            case NGRAM -> new NgramDraft();
            case JACOBI -> new JacobiDraft();
            case HEADS -> {
                if (heads == 0) throw new BadRequest("The model has no further heads to draft from; choose other drafts, ngram say.");
                yield new HeadsDraft();
            }
            case AUTO -> heads > 0 ? new HeadsDraft() : new NgramDraft();
        };
    }
}
