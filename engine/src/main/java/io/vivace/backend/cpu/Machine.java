package io.vivace.backend.cpu;

import io.vivace.backend.cpu.Lanes.Scratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** What kernels run on: inner loops, threads, and memory of each thread's own. */
final class Machine {
    /** Rows of a product that one task takes at most. */
    static final int BLOCK = 120;
    /** Elements that are worth a task of their own. */
    static final int GRAIN = 16384;

    final Lanes lanes;
    final Pool pool;
    private final Scratch[] scratches;
    private final float[][] tiles;
    private final float[][] floats;
    private final MemorySegment[] panels;

    Machine(Lanes lanes, int threads) {
        this.lanes = lanes;
        pool = new Pool(threads);
        scratches = new Scratch[threads];
        tiles = new float[threads][BLOCK * Matrix.WIDTH];
        floats = new float[threads][0];
        panels = new MemorySegment[threads];
        Arrays.fill(panels, MemorySegment.NULL);
        for (int i = 0; i < threads; i++) scratches[i] = lanes.scratch();
    }

    /** Sees to it that every thread has at least so many elements in {@link #floats}; called while kernels are made. */
    void needFloats(int count) {
        synchronized (pool) {
            for (int i = 0; i < floats.length; i++) if (floats[i].length < count) floats[i] = new float[count];
        }
    }

    /** Sees to it that every thread has at least so many bytes in {@link #panels}; called while kernels are made. */
    void needPanels(long bytes) {
        synchronized (pool) {
            for (int i = 0; i < panels.length; i++) if (panels[i].byteSize() < bytes) panels[i] = Arena.ofAuto().allocate(bytes, 64);
        }
    }

    Scratch scratch(int thread) {
        return scratches[thread];
    }

    /** [{@link #BLOCK}, panel width] elements. */
    float[] tile(int thread) {
        return tiles[thread];
    }

    float[] floats(int thread) {
        return floats[thread];
    }

    /** 64-byte aligned native memory. */
    MemorySegment panels(int thread) {
        return panels[thread];
    }

    /** A kernel over rows that do not depend on each other. */
    Kernel rows(int rows, int rowLength, RowWork work) {
        int step = Math.max(1, GRAIN / Math.max(1, rowLength)), tasks = Math.ceilDiv(rows, step);
        Pool.Region region = (task, thread) -> {
            int last = Math.min(rows, (task + 1) * step);
            for (int row = task * step; row < last; row++) work.row(row, thread);
        };
        return () -> pool.run(region, tasks);
    }

    /** A kernel over neighbouring elements that do not depend on each other. */
    Kernel elements(int count, SpanWork work) {
        int tasks = Math.ceilDiv(count, GRAIN);
        Pool.Region region = (task, thread) -> work.span(task * GRAIN, Math.min(GRAIN, count - task * GRAIN));
        return () -> pool.run(region, tasks);
    }

    interface RowWork {
        void row(int row, int thread);
    }

    interface SpanWork {
        void span(int from, int count);
    }
}
