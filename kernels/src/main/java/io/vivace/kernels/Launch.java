package io.vivace.kernels;

/**
 * One launch of a kernel, with everything decided. Made by the generated methods only, so that arguments and signature agree.
 *
 * @param file        source file without its ending: the name of the image that holds the kernel
 * @param kernel      the kernel's name in it
 * @param threads     of a block
 * @param sharedBytes dynamic shared memory of a block
 * @param arguments   one slot of 8 bytes each: addresses and integers as they are, floats as their bits
 */
public record Launch(String file, String kernel, Grid grid, int threads, int sharedBytes, long... arguments) {

    static long bits(float value) {
        return Float.floatToRawIntBits(value) & 0xFFFFFFFFL;
    }

    static long bits(int value) {
        return value & 0xFFFFFFFFL;
    }

    static long bits(long value) {
        return value;
    }

    /** The name of a kernel's variant, which must be one of those that the source has. */
    static String variant(String kernel, String variant, String... known) {
        for (String one : known) if (one.equals(variant)) return kernel + "_" + variant;
        throw new IllegalArgumentException("no kernel " + kernel + "_" + variant);
    }
}
