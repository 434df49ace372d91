package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Snake;

/**
 * The periodic activation in one pass over the data: a few rows at a time go through all of its steps while they are in the nearest cache. Both vectors
 * are laid out once for each of these rows, so that a step is one loop over all of them.
 */
final class SnakeKernel implements Kernel {
    /** Elements of the rows that go together. */
    private static final int SPAN = 2048;

    private final Machine machine;
    private final Place x, alpha, beta, y;
    private final int rows, channels, together;
    private final float[] factors, shares;
    private final Pool.Region region = this::work;

    SnakeKernel(Machine machine, Snake op, Place x, Place alpha, Place beta, Place y) {
        this.machine = machine;
        this.x = x;
        this.alpha = alpha;
        this.beta = beta;
        this.y = y;
        rows = op.shape().rows();
        channels = op.shape().last();
        together = Math.clamp(SPAN / Math.max(1, channels), 1, Math.max(1, rows));
        factors = new float[together * channels];
        shares = new float[factors.length];
    }

    @Override
    public void run() {
        for (int i = 0; i < factors.length; i++) {
            factors[i] = alpha.floats()[alpha.at() + i % channels];
            shares[i] = (float) (1 / (beta.floats()[beta.at() + i % channels] + Snake.FLOOR));
        }
        machine.pool.run(region, Math.ceilDiv(rows, together));
    }

    private void work(int task, int thread) {
        int from = task * together * channels, count = Math.min(together, rows - task * together) * channels, xAt = x.at() + from, yAt = y.at() + from;
        Lanes lanes = machine.lanes;
        float[] out = y.floats();
        lanes.binary(Binary.Kind.MULTIPLY, x.floats(), xAt, 1, factors, 0, 1, out, yAt, count);
        lanes.apply(Function.SIN, out, yAt, out, yAt, count);
        lanes.binary(Binary.Kind.MULTIPLY, out, yAt, 1, out, yAt, 1, out, yAt, count);
        lanes.binary(Binary.Kind.MULTIPLY, out, yAt, 1, shares, 0, 1, out, yAt, count);
        lanes.binary(Binary.Kind.ADD, out, yAt, 1, x.floats(), xAt, 1, out, yAt, count);
    }
}
