package io.vivace.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A launch, ready: its arguments and the addresses of the arguments lie in one native block, so that launching writes nothing. The driver
 * copies the arguments when it is called, so the same block may be launched again at once, and a captured graph does not need it any more.
 */
public final class LaunchBlock {
    final long function;
    final int gridX;
    final int gridY;
    final int gridZ;
    final int threads;
    final int sharedBytes;
    /** Where the addresses of the arguments begin. */
    final long pointers;
    private final String name;
    private final MemorySegment block;

    private LaunchBlock(Function function, int gridX, int gridY, int gridZ, int threads, int sharedBytes, MemorySegment block, int arguments) {
        this.function = function.address();
        this.name = function.name();
        this.gridX = gridX;
        this.gridY = gridY;
        this.gridZ = gridZ;
        this.threads = threads;
        this.sharedBytes = sharedBytes;
        this.block = block;
        this.pointers = block.address() + (long) arguments * Long.BYTES;
    }

    /**
     * @param arena     what the block lives in; launching it after that is closed is an exception
     * @param threads   of a block, in one dimension
     * @param arguments one 8-byte slot each, of which the kernel reads as many bytes as its parameter has: an address, an int, the bits of a float
     */
    public static LaunchBlock of(Arena arena, Function function, int gridX, int gridY, int gridZ, int threads, int sharedBytes, long... arguments) {
        int n = arguments.length;
        MemorySegment block = arena.allocate(JAVA_LONG, Math.max(1, 2L * n));
        for (int i = 0; i < n; i++) {
            block.setAtIndex(JAVA_LONG, i, arguments[i]);
            block.setAtIndex(JAVA_LONG, n + i, block.address() + (long) i * Long.BYTES);
        }
        return new LaunchBlock(function, gridX, gridY, gridZ, threads, sharedBytes, block, n);
    }

    void demandAlive() {
        if (!block.scope().isAlive()) throw new IllegalStateException("the arguments of " + name + " have been freed");
    }

    @Override
    public String toString() {
        return "cuLaunchKernel(" + name + ", grid " + gridX + " x " + gridY + " x " + gridZ + ", " + threads + " threads, " + sharedBytes + " bytes shared)";
    }
}
