package io.vivace.text;

import java.nio.charset.StandardCharsets;

/** BERT's WordPiece: the longest piece of the vocabulary, then the longest that continues it, and so on; or the whole word is unknown. */
final class WordPieces implements Model {
    private final Pieces pieces;
    private final int unknown;
    /** Written in front of pieces that continue a word, "##" as a rule. */
    private final String continuation;
    /** Words of more characters are unknown. */
    private final int longestWord;
    /** Where the pieces that continue a word begin, or {@link Pieces#NONE}. */
    private final int continuationNode;

    WordPieces(Pieces pieces, int unknown, String continuation, int longestWord) {
        this.pieces = pieces;
        this.unknown = unknown;
        this.continuation = continuation;
        this.longestWord = longestWord;
        int node = Pieces.ROOT;
        for (byte b : continuation.getBytes(StandardCharsets.UTF_8)) {
            if (node != Pieces.NONE) node = pieces.child(node, b);
        }
        continuationNode = node;
    }

    @Override
    public void encode(String word, Ids out) {
        byte[] text = word.getBytes(StandardCharsets.UTF_8);
        if (word.codePointCount(0, word.length()) > longestWord) {
            out.add(unknown);
            return;
        }
        var found = new int[text.length];
        int count = 0;
        for (int from = 0; from < text.length; ) {
            int node = from == 0 ? Pieces.ROOT : continuationNode;
            int end = from;
            for (int to = from; to < text.length && node != Pieces.NONE; ) {
                node = pieces.child(node, text[to++]);
                if (node == Pieces.NONE || pieces.id(node) == Pieces.NONE) continue;
                found[count] = pieces.id(node);
                end = to;
            }
            if (end == from) {
                out.add(unknown);
                return;
            }
            from = end;
            count++;
        }
        for (int i = 0; i < count; i++) out.add(found[i]);
    }

    @Override
    public void write(TableWriter out) {
        out.number(unknown);
        out.text(continuation);
        out.number(longestWord);
        pieces.write(out);
    }

    static WordPieces read(TableReader in, int ids) {
        int unknown = in.number();
        in.check(unknown >= 0 && unknown < ids, "the unknown id");
        String continuation = in.text();
        int longestWord = in.number();
        in.check(longestWord >= 0, "the longest word");
        return new WordPieces(Pieces.read(in, ids), unknown, continuation, longestWord);
    }
}
