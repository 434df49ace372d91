package io.vivace.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.PriorityQueue;

/** Byte-level byte pair encoding (GPT-2): a word's UTF-8 bytes, of which neighbours are merged by rank until no merge is left. */
final class BytePairs implements Model {
    private static final int END = -1;

    /** Ids of the 256 single bytes, or {@link Pieces#NONE}. */
    private final int[] byteIds;
    /** What a byte without id becomes; {@link Pieces#NONE} leaves it out. */
    private final int unknown;
    private final boolean fuseUnknown;
    /** Merges sorted by pair: left id in the upper half, right id in the lower. */
    private final long[] pairs;
    /** Rank of each pair. */
    private final int[] ranks;
    /** The id that a merge makes, by rank. */
    private final int[] merged;

    BytePairs(int[] byteIds, int unknown, boolean fuseUnknown, long[] pairs, int[] ranks, int[] merged) {
        this.byteIds = byteIds;
        this.unknown = unknown;
        this.fuseUnknown = fuseUnknown;
        this.pairs = pairs;
        this.ranks = ranks;
        this.merged = merged;
    }

    static long pair(int left, int right) {
        return (long) left << 32 | right;
    }

    /** The character that stands for a byte in vocabularies: itself if it prints, else one from U+0100 on, in order. */
    static char printed(int value) {
        if (isPrinted(value)) return (char) value;
        int others = 0;
        for (int i = 0; i < value; i++) {
            if (!isPrinted(i)) others++;
        }
        return (char) (256 + others);
    }

    private static boolean isPrinted(int value) {
        return value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
    }

    @Override
    public void encode(String word, Ids out) {
        int[] ids = singles(word.getBytes(StandardCharsets.UTF_8));
        int[] next = new int[ids.length];
        int[] previous = new int[ids.length];
        // Candidates in order of rank, then of place: both in one number.
        var queue = new PriorityQueue<Long>();
        for (int i = 0; i < ids.length; i++) {
            previous[i] = i - 1;
            next[i] = i + 1 < ids.length ? i + 1 : END;
            if (next[i] != END) offer(queue, ids, i, i + 1);
        }
        while (!queue.isEmpty()) {
            long candidate = queue.remove();
            int left = (int) candidate;
            int made = merged[(int) (candidate >>> 32)];
            int right = ids[left] == Pieces.NONE ? END : next[left];
            if (right == END || isStale(ids[left], ids[right], made)) continue;
            ids[left] = made;
            ids[right] = Pieces.NONE;
            next[left] = next[right];
            if (next[left] != END) {
                previous[next[left]] = left;
                offer(queue, ids, left, next[left]);
            }
            if (previous[left] != END) offer(queue, ids, previous[left], left);
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != Pieces.NONE) out.add(ids[i]);
        }
    }

    /** A candidate outlives its pair when one side was merged otherwise meanwhile. */
    private boolean isStale(int left, int right, int made) {
        int rank = rank(left, right);
        return rank == Pieces.NONE || merged[rank] != made;
    }

    private void offer(PriorityQueue<Long> queue, int[] ids, int left, int right) {
        int rank = rank(ids[left], ids[right]);
        if (rank != Pieces.NONE) queue.add((long) rank << 32 | left);
    }

    private int rank(int left, int right) {
        int i = Arrays.binarySearch(pairs, pair(left, right));
        return i < 0 ? Pieces.NONE : ranks[i];
    }

    private int[] singles(byte[] text) {
        var ids = new int[text.length];
        int count = 0;
        boolean afterUnknown = false;
        for (byte b : text) {
            int id = byteIds[b & 0xFF];
            boolean known = id != Pieces.NONE;
            if (known) ids[count++] = id;
            else if (unknown != Pieces.NONE && !(afterUnknown && fuseUnknown)) ids[count++] = unknown;
            afterUnknown = !known;
        }
        return Arrays.copyOf(ids, count);
    }

    @Override
    public void write(TableWriter out) {
        out.ints(byteIds);
        out.number(unknown);
        out.flag(fuseUnknown);
        out.longs(pairs);
        out.ints(ranks);
        out.ints(merged);
    }

    static BytePairs read(TableReader in, int ids) {
        int[] byteIds = in.ints();
        in.check(byteIds.length == 256, "the ids of single bytes");
        for (int id : byteIds) in.check(id >= Pieces.NONE && id < ids, "the id of a byte");
        int unknown = in.number();
        in.check(unknown >= Pieces.NONE && unknown < ids, "the unknown id");
        boolean fuseUnknown = in.flag();
        long[] pairs = in.longs();
        int[] ranks = in.ints();
        int[] merged = in.ints();
        in.check(ranks.length == pairs.length, "the number of merges");
        boolean ordered = true;
        boolean ranked = true;
        boolean known = true;
        for (int i = 0; i < pairs.length; i++) {
            ordered &= i == 0 || pairs[i - 1] < pairs[i];
            ranked &= ranks[i] >= 0 & ranks[i] < merged.length;
        }
        for (int id : merged) known &= id >= 0 & id < ids;
        in.check(ordered, "the order of merges");
        in.check(ranked, "the rank of a merge");
        in.check(known, "the id of a merge");
        return new BytePairs(byteIds, unknown, fuseUnknown, pairs, ranks, merged);
    }
}
