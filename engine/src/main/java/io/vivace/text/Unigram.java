package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * SentencePiece's unigram model (arXiv 1804.10959): the cut of a word whose pieces have the greatest sum of log probabilities. Sums are
 * taken in float64 from left to right; of equal sums the one found first stays, which is the one whose last piece starts first.
 */
final class Unigram implements Model {
    /** How much less than the worst piece an unknown character scores. */
    private static final double UNKNOWN_PENALTY = 10;

    private final Pieces pieces;
    /** By id. */
    private final double[] scores;
    private final int unknown;
    private final double unknownScore;

    private Unigram(Pieces pieces, double[] scores, int unknown) {
        this.pieces = pieces;
        this.scores = scores;
        this.unknown = unknown;
        double worst = Double.POSITIVE_INFINITY;
        for (double score : scores) {
            if (score < worst) worst = score;
        }
        unknownScore = worst - UNKNOWN_PENALTY;
    }

    /**
     * @param names   the pieces by id; of two equal ones the later counts
     * @param scores  log probabilities by id
     * @param unknown the id of unknown characters
     */
    static Unigram of(List<String> names, double[] scores, int unknown) {
        if (unknown < 0 || unknown >= names.size()) {
            throw new BadCheckpoint("the id of unknown characters, " + unknown + ", is not among the " + names.size() + " pieces");
        }
        var pieces = new ArrayList<Pieces.Piece>(names.size());
        for (int id = 0; id < names.size(); id++) {
            if (!Double.isFinite(scores[id])) throw new BadCheckpoint("the score of piece " + id + " is " + scores[id]);
            pieces.add(new Pieces.Piece(names.get(id).getBytes(StandardCharsets.UTF_8), id));
        }
        return new Unigram(Pieces.of(pieces), scores, unknown);
    }

    @Override
    public void encode(String word, Ids out) {
        byte[] text = word.getBytes(StandardCharsets.UTF_8);
        var best = new double[text.length + 1];
        var start = new int[text.length + 1];
        var id = new int[text.length + 1];
        Arrays.fill(start, Pieces.NONE);
        for (int from = 0; from < text.length; ) {
            int next = from + length(text[from]);
            boolean known = false;
            int node = Pieces.ROOT;
            for (int to = from; to < text.length; ) {
                node = pieces.child(node, text[to++]);
                if (node == Pieces.NONE) break;
                int piece = pieces.id(node);
                if (piece == Pieces.NONE) continue;
                offer(best, start, id, from, to, piece, scores[piece]);
                known |= to == next;
            }
            if (!known) offer(best, start, id, from, next, unknown, unknownScore);
            from = next;
        }
        emit(text, start, id, out);
    }

    private static void offer(double[] best, int[] start, int[] id, int from, int to, int piece, double score) {
        double sum = score + best[from];
        if (start[to] == Pieces.NONE || sum > best[to]) {
            best[to] = sum;
            start[to] = from;
            id[to] = piece;
        }
    }

    /** Walks the best path back; a run of unknown characters becomes one id. */
    private void emit(byte[] text, int[] start, int[] id, Ids out) {
        var path = new int[text.length];
        int first = path.length;
        for (int to = text.length; to > 0; ) {
            int from = start[to];
            int piece = id[to];
            if (piece == unknown) {
                while (from > 0 && id[from] == unknown) from = start[from];
                int whole = pieces.find(text, from, to); // a run may spell a piece if scores are odd
                if (whole != Pieces.NONE) piece = whole;
            }
            path[--first] = piece;
            to = from;
        }
        for (int i = first; i < path.length; i++) out.add(path[i]);
    }

    /** Bytes of the UTF-8 character that begins with a byte. */
    private static int length(byte lead) {
        if (lead >= 0) return 1;
        return (lead & 0xE0) == 0xC0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : 4;
    }

    @Override
    public void write(TableWriter out) {
        out.doubles(scores);
        out.number(unknown);
        pieces.write(out);
    }

    static Unigram read(TableReader in, int ids) {
        double[] scores = in.doubles();
        boolean finite = true;
        for (double score : scores) finite &= Double.isFinite(score);
        in.check(finite, "a score");
        int unknown = in.number();
        in.check(unknown >= 0 && unknown < scores.length && scores.length <= ids, "the unknown id");
        return new Unigram(Pieces.read(in, scores.length), scores, unknown);
    }
}
