package io.vivace.kernels;

/** How many blocks of a kernel run, along three axes; CUDA allows 2^31−1 along x and 65535 along y and z. */
public record Grid(int x, int y, int z) {
    private static final int MOST_Y = 65_535;

    /** @throws IllegalArgumentException if a device would refuse it */
    public Grid {
        if (x < 1 || y < 1 || z < 1 || y > MOST_Y || z > MOST_Y) throw new IllegalArgumentException("no grid of " + x + " x " + y + " x " + z + " blocks");
    }

    public int blocks() {
        return Math.multiplyExact(Math.multiplyExact(x, y), z);
    }

    public static Grid of(int x) {
        return new Grid(x, 1, 1);
    }

    public static Grid of(int x, int y) {
        return new Grid(x, y, 1);
    }

    public static Grid of(int x, int y, int z) {
        return new Grid(x, y, z);
    }

    /** Blocks of {@code threads} threads that cover so many elements, one a thread. */
    public static Grid covering(long elements, int threads) {
        return of(Math.toIntExact(Math.max(1, Math.ceilDiv(elements, (long) threads))));
    }
}
