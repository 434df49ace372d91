package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** From a vocabulary and a list of merges, both in printed bytes, to {@link BytePairs}. */
final class Merges {

    private Merges() {
    }

    /** Adds both sides of "left right". */
    static void addLine(String line, int rank, List<String> merges) {
        int blank = line.indexOf(' ');
        if (blank < 0 || line.indexOf(' ', blank + 1) >= 0) {
            throw new BadCheckpoint("merge " + rank + " is not two texts with one blank between: \""
                    + (line.length() > 40 ? line.substring(0, 40) + "…" : line) + "\"");
        }
        merges.add(line.substring(0, blank));
        merges.add(line.substring(blank + 1));
    }

    /** @param merges left and right sides in turn, best first; a pair that comes twice has its later rank */
    static BytePairs model(Map<String, Integer> ids, List<String> merges, String unknown, boolean fuseUnknown) {
        var byteIds = new int[256];
        for (int i = 0; i < 256; i++) byteIds[i] = ids.getOrDefault(String.valueOf(BytePairs.printed(i)), Pieces.NONE);
        var merged = new int[merges.size() / 2];
        var rankOfPair = new TreeMap<Long, Integer>();
        for (int rank = 0; rank < merged.length; rank++) {
            String left = merges.get(2 * rank);
            String right = merges.get(2 * rank + 1);
            merged[rank] = id(ids, left + right, rank);
            rankOfPair.put(BytePairs.pair(id(ids, left, rank), id(ids, right, rank)), rank);
        }
        long[] pairs = rankOfPair.keySet().stream().mapToLong(Long::longValue).toArray();
        int[] ranks = rankOfPair.values().stream().mapToInt(Integer::intValue).toArray();
        int unknownId = unknown == null ? Pieces.NONE : ids.getOrDefault(unknown, Pieces.NONE);
        boolean complete = Arrays.stream(byteIds).allMatch(id -> id != Pieces.NONE);
        if (unknown != null && unknownId == Pieces.NONE && !complete) {
            throw new BadCheckpoint("unk_token \"" + unknown + "\" is not in the vocabulary");
        }
        return new BytePairs(byteIds, unknownId, fuseUnknown, pairs, ranks, merged);
    }

    private static int id(Map<String, Integer> ids, String name, int rank) {
        Integer id = ids.get(name);
        if (id == null) throw new BadCheckpoint("\"" + name + "\" of merge " + rank + " is not in the vocabulary");
        return id;
    }
}
