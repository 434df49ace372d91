package io.vivace.sample;

/**
 * The counter-based generator Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC11): four random words
 * are a pure function of a key of two words and a counter of four. So the number for (seed, sample, step, codebook) is the
 * same whatever was drawn before it.
 */
public final class Philox {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L, MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9, WEYL_1 = 0xBB67AE85;
    private static final long WORD = 0xFFFFFFFFL;
    private static final double UNIFORM_STEP = 0x1p-24;

    private Philox() {}

    /**
     * Replaces a counter of four words by the four random words that belong to it.
     *
     * @param words the counter on entry, the random words on return
     */
    public static void generate(int key0, int key1, int[] words) {
        int a = words[0], b = words[1], c = words[2], d = words[3];
        for (int round = 0; round < ROUNDS; round++) {
            long x = (a & WORD) * MULTIPLIER_0, y = (c & WORD) * MULTIPLIER_1;
            int roundKey0 = key0 + round * WEYL_0, roundKey1 = key1 + round * WEYL_1;
            a = (int) (y >>> 32) ^ b ^ roundKey0;
            b = (int) y;
            c = (int) (x >>> 32) ^ d ^ roundKey1;
            d = (int) x;
        }
        words[0] = a;
        words[1] = b;
        words[2] = c;
        words[3] = d;
    }

    /**
     * The uniform number in [0, 1), a multiple of 2⁻²⁴, that decides one token.
     *
     * @param seedLow  low half of the seed
     * @param seedHigh high half of the seed
     * @param sample   number of the clip within its request
     * @param scratch  four words that are overwritten, so that nothing is allocated
     */
    public static double uniform(int seedLow, int seedHigh, int sample, int step, int codebook, int[] scratch) {
        scratch[0] = step;
        scratch[1] = codebook;
        scratch[2] = sample;
        scratch[3] = 0;
        generate(seedLow, seedHigh, scratch);
        return (scratch[0] >>> 8) * UNIFORM_STEP;
    }
}
