package io.vivace.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tokens that are looked for in the text before it is cut into words: the leftmost, and of those that begin at one place the longest. */
final class AddedTokens {

    /**
     * A token as the checkpoint declares it.
     *
     * @param content    as it stands in the text
     * @param wholeWord  only matches if no letter or digit touches it
     * @param left       takes the blanks before it
     * @param right      takes the blanks after it
     * @param normalized looked for in the normalised text
     */
    record Token(String content, boolean wholeWord, boolean left, boolean right, boolean normalized) {

        /** Matches the text as it was written, and nothing but its content. */
        static Token special(String content) {
            return new Token(content, false, false, false, false);
        }
    }

    /** Contents in UTF-16, big endian; ids are places in the arrays. */
    private final Pieces contents;
    private final int[] ids;
    private final byte[] rules;

    private static final int WHOLE_WORD = 1;
    private static final int LEFT = 2;
    private static final int RIGHT = 4;

    private AddedTokens(Pieces contents, int[] ids, byte[] rules) {
        this.contents = contents;
        this.ids = ids;
        this.rules = rules;
    }

    static AddedTokens of(List<Token> tokens, int[] ids) {
        var pieces = new ArrayList<Pieces.Piece>();
        var rules = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            Token token = tokens.get(i);
            pieces.add(new Pieces.Piece(token.content.getBytes(StandardCharsets.UTF_16BE), i));
            rules[i] = (byte) ((token.wholeWord ? WHOLE_WORD : 0) | (token.left ? LEFT : 0) | (token.right ? RIGHT : 0));
        }
        return new AddedTokens(Pieces.of(pieces), ids, rules);
    }

    /** Appends the segment with its tokens cut out. */
    void split(Segment segment, List<Segment> out) {
        String text = segment.text();
        int done = 0;
        for (int i = 0; i < text.length(); ) {
            int end = matchEnd(text, i);
            if (end == Pieces.NONE) {
                i++;
                continue;
            }
            int token = contentAt(text, i, end);
            if (!is(token, WHOLE_WORD) || standsAlone(text, i, end)) {
                int from = is(token, LEFT) ? Math.max(done, blanksBefore(text, i)) : i;
                if (from > done) out.add(part(segment, done, from));
                out.add(Segment.token(ids[token]));
                done = is(token, RIGHT) ? blanksAfter(text, end) : end;
            }
            i = end;
        }
        if (done == 0 && !text.isEmpty()) out.add(segment);
        else if (done < text.length()) out.add(part(segment, done, text.length()));
    }

    private static Segment part(Segment whole, int from, int to) {
        return Segment.text(whole.text().substring(from, to), whole.atStart() && from == 0);
    }

    private boolean is(int token, int rule) {
        return (rules[token] & rule) != 0;
    }

    private int matchEnd(String text, int from) {
        int found = Pieces.NONE;
        int node = Pieces.ROOT;
        for (int i = from; i < text.length(); i++) {
            node = step(node, text.charAt(i));
            if (node == Pieces.NONE) break;
            if (contents.id(node) != Pieces.NONE) found = i + 1;
        }
        return found;
    }

    private int contentAt(String text, int from, int to) {
        int node = Pieces.ROOT;
        for (int i = from; i < to; i++) node = step(node, text.charAt(i));
        return contents.id(node);
    }

    private int step(int node, char c) {
        int half = contents.child(node, (byte) (c >>> 8));
        return half == Pieces.NONE ? Pieces.NONE : contents.child(half, (byte) c);
    }

    private static boolean standsAlone(String text, int from, int to) {
        return (from == 0 || !CodePoints.isWordPart(text.codePointBefore(from)))
                && (to == text.length() || !CodePoints.isWordPart(text.codePointAt(to)));
    }

    private static int blanksBefore(String text, int from) {
        while (from > 0 && CodePoints.isWhitespace(text.charAt(from - 1))) from--;
        return from;
    }

    private static int blanksAfter(String text, int to) {
        while (to < text.length() && CodePoints.isWhitespace(text.charAt(to))) to++;
        return to;
    }

    void write(TableWriter out) {
        out.ints(ids);
        out.bytes(rules);
        contents.write(out);
    }

    /** @param most one more than the highest id that is allowed */
    static AddedTokens read(TableReader in, int most) {
        int[] ids = in.ints();
        byte[] rules = in.bytes();
        in.check(rules.length == ids.length, "the rules of added tokens");
        for (int id : ids) in.check(id >= 0 && id < most, "the id of an added token");
        Pieces contents = Pieces.read(in, ids.length);
        in.check(contents.id(Pieces.ROOT) == Pieces.NONE, "an empty added token");
        return new AddedTokens(contents, ids, rules);
    }
}
