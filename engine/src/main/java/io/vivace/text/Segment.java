package io.vivace.text;

/**
 * A stretch of the text on its way to ids: text still to be cut, or a token that is already known.
 *
 * @param text    null if this is a token
 * @param token   the token's id, or {@link Pieces#NONE}
 * @param atStart whether the whole text begins here
 */
record Segment(String text, int token, boolean atStart) {

    static Segment token(int id) {
        return new Segment(null, id, false);
    }

    static Segment text(String text, boolean atStart) {
        return new Segment(text, Pieces.NONE, atStart);
    }

    boolean isToken() {
        return text == null;
    }
}
