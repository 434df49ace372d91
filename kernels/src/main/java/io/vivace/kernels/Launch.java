package io.vivace.kernels;

import java.util.Arrays;

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

    /** Two launches as one; the tickets are two counters that hold zero. */
    static Launch joined(String file, String kernel, int threads, int sharedBytes, Launch first, Launch second, long tickets) {
        int one = first.grid.blocks(), two = second.grid.blocks(), at = first.arguments.length;
        long[] all = Arrays.copyOf(first.arguments, at + second.arguments.length + 3);
        System.arraycopy(second.arguments, 0, all, at, second.arguments.length);
        all[all.length - 3] = tickets;
        all[all.length - 2] = bits(one);
        all[all.length - 1] = bits(two);
        return new Launch(file, kernel, Grid.of(Math.addExact(one, two)), threads, sharedBytes, all);
    }

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
