package io.vivace.sample;

/**
 * Standard normal numbers, each a pure function of seed, clip, frame and channel: a window has the same noise whether it is made alone, in a batch or
 * as part of a stream. Four of them come from four words of {@link Philox} by Box and Muller's transform (Ann. Math. Stat. 29, 1958), in double
 * precision with {@link StrictMath}, so that they are the same bits on every JVM. The largest are about ±6.7.
 */
public final class Gaussian {
    /** Words of one counter. */
    private static final int WORDS = 4;
    /** Last word of the counter: tokens of the same seed have 0 there. */
    private static final int LATENTS = 1, SOUND = 2;
    private static final double UNIT = 0x1p-32;
    private static final long WORD = 0xFFFFFFFFL;

    private Gaussian() {}

    /**
     * Frames {@code from} … {@code from + count} − 1 of a clip.
     *
     * @param sample   number of the clip within its request
     * @param from     counted from the clip's beginning; below 2³² in all
     * @param channels of a frame
     * @return [count · channels]
     */
    public static float[] frames(long seed, int sample, long from, int count, int channels) {
        return frames(LATENTS, seed, sample, from, count, channels);
    }

    /** As {@link #frames}, but other numbers: noise that is heard, where a frame's channels are its samples. */
    public static float[] sound(long seed, int sample, long from, int count, int channels) {
        return frames(SOUND, seed, sample, from, count, channels);
    }

    private static float[] frames(int use, long seed, int sample, long from, int count, int channels) {
        var numbers = new float[Math.multiplyExact(count, channels)];
        var words = new int[WORDS];
        for (int frame = 0; frame < count; frame++) {
            for (int channel = 0; channel < channels; channel += WORDS) {
                words[0] = (int) (from + frame);
                words[1] = channel / WORDS;
                words[2] = sample;
                words[3] = use;
                Philox.generate((int) seed, (int) (seed >>> 32), words);
                four(words, numbers, frame * channels + channel, Math.min(WORDS, channels - channel));
            }
        }
        return numbers;
    }

    /** Two pairs of words to two pairs of numbers, of which the first {@code count} are wanted. */
    private static void four(int[] words, float[] numbers, int at, int count) {
        for (int i = 0; i < count; i++) {
            int pair = i & ~1;
            // Half a unit off 0, whose logarithm there is not.
            double radius = StrictMath.sqrt(-2 * StrictMath.log(((words[pair] & WORD) + 0.5) * UNIT));
            double angle = 2 * Math.PI * ((words[pair + 1] & WORD) * UNIT);
            numbers[at + i] = (float) (radius * (i == pair ? StrictMath.cos(angle) : StrictMath.sin(angle)));
        }
    }
}
