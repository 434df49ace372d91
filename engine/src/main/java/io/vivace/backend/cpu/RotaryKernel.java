package io.vivace.backend.cpu;

import io.vivace.graph.Rotary;

/** Rotary positions whose pairs lie half of the turned channels apart. */
final class RotaryKernel {
    private RotaryKernel() {}

    /** @param position null for 0 */
    static Kernel of(Machine machine, Rotary op, Place x, Place table, Place position, Place y) {
        int frames = op.x().shape().at(1), width = op.x().shape().last(), size = op.size(), rotated = op.table().shape().last();
        int most = op.table().shape().at(0) - frames;
        Kernel turn = machine.rows(op.x().shape().at(0) * frames, width, (row, thread) -> {
            int start = position == null ? 0 : position.ints()[position.at()], angles = table.at() + (start + row % frames) * rotated;
            for (int channel = 0; channel < width; channel += size) {
                int from = x.at() + row * width + channel, to = y.at() + row * width + channel;
                machine.lanes.turn(x.floats(), from, table.floats(), angles, y.floats(), to, rotated / 2);
                System.arraycopy(x.floats(), from + rotated, y.floats(), to + rotated, size - rotated);
            }
        });
        return () -> {
            int start = position == null ? 0 : position.ints()[position.at()];
            if (start < 0 || start > most) {
                throw new IndexOutOfBoundsException("Window of " + frames + " elements at position " + start + " leaves axis 0 of " + op.table());
            }
            turn.run();
        };
    }
}
