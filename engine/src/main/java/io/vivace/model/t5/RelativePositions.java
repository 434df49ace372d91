package io.vivace.model.t5;

/** Buckets of the distance between two tokens, arXiv 1910.10683 §2.1: near distances one each, far ones by their logarithm. */
final class RelativePositions {
    private RelativePositions() {}

    /** The bucket of every (query, key), row-major [tokens, tokens]. */
    static int[] buckets(int tokens, int buckets, int maxDistance) {
        int[] all = new int[Math.multiplyExact(tokens, tokens)];
        for (int query = 0; query < tokens; query++) {
            for (int key = 0; key < tokens; key++) all[query * tokens + key] = bucket(key - query, buckets, maxDistance);
        }
        return all;
    }

    /**
     * The bucket of {@code key − query}, both directions apart. The logarithms are float32 as in the original: at the edges of buckets
     * double precision would decide otherwise.
     */
    static int bucket(int offset, int buckets, int maxDistance) {
        int half = buckets / 2, exact = half / 2, distance = Math.abs(offset);
        int first = offset > 0 ? half : 0;
        if (distance < exact) return first + distance;
        float logarithm = (float) Math.log((float) distance / exact);
        float far = logarithm / (float) Math.log((double) maxDistance / exact) * (half - exact);
        return first + Math.min(half - 1, exact + (int) far);
    }
}
