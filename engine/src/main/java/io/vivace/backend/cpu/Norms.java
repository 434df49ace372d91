package io.vivace.backend.cpu;

import io.vivace.graph.GroupNorm;
import io.vivace.graph.Shape;

/** Normalisations over the last axis. */
final class Norms {
    private Norms() {}

    /** @param beta or null */
    static Kernel layer(Machine machine, Shape shape, Place x, Place gamma, Place beta, double epsilon, Place y) {
        int channels = shape.last();
        Lanes lanes = machine.lanes;
        return machine.rows(shape.rows(), channels, (row, thread) -> {
            int at = x.at() + row * channels;
            float mean = lanes.sum(x.floats(), at, channels) / channels;
            float factor = factor(lanes.squares(x.floats(), at, channels, mean), channels, epsilon);
            lanes.normalize(x.floats(), at, mean, factor, gamma.floats(), gamma.at(), beta == null ? null : beta.floats(), beta == null ? 0 : beta.at(),
                    y.floats(), y.at() + row * channels, channels);
        });
    }

    static Kernel rootMeanSquare(Machine machine, Shape shape, Place x, Place gamma, double epsilon, Place y) {
        int channels = shape.last();
        Lanes lanes = machine.lanes;
        return machine.rows(shape.rows(), channels, (row, thread) -> {
            int at = x.at() + row * channels;
            float factor = factor(lanes.squares(x.floats(), at, channels, 0), channels, epsilon);
            lanes.normalize(x.floats(), at, 0, factor, gamma.floats(), gamma.at(), null, 0, y.floats(), y.at() + row * channels, channels);
        });
    }

    static float factor(double squares, double count, double epsilon) {
        return (float) (1 / Math.sqrt(squares / count + epsilon));
    }

    static Kernel softmax(Machine machine, Shape shape, Place x, Place y) {
        int length = shape.last();
        return machine.rows(shape.rows(), length, (row, thread) ->
                softmax(machine.lanes, x.floats(), x.at() + row * length, y.floats(), y.at() + row * length, length));
    }

    /** A row of nothing but −∞ gives zeros. */
    static void softmax(Lanes lanes, float[] x, int xAt, float[] y, int yAt, int count) {
        float largest = lanes.maximum(x, xAt, count);
        if (largest == Float.NEGATIVE_INFINITY) {
            java.util.Arrays.fill(y, yAt, yAt + count, 0);
            return;
        }
        float sum = lanes.exponentials(x, xAt, largest, y, yAt, count);
        lanes.affine(y, yAt, 1 / sum, 0, y, yAt, count);
    }

    /** Scale and shift are null without modulation. */
    static Kernel group(Machine machine, GroupNorm op, Place x, Place gamma, Place beta, Place scale, Place shift, Place y) {
        return new Groups(machine, op, x, gamma, beta, scale, shift, y);
    }

    /**
     * Group normalisation in three passes over x: means, deviations, result. Sums are taken over stretches of {@link #FRAMES} frames, which
     * tasks share out, and added up in their order. A modulation goes into γ and β, which then differ from batch row to batch row:
     * {@code (x̂·γ + β)·(1 + scale) + shift = x̂·γ(1 + scale) + (β(1 + scale) + shift)}.
     */
    private static final class Groups implements Kernel {
        private static final int FRAMES = 128;
        private final Machine machine;
        private final Place x, gamma, beta, scale, shift;
        private final int batch, frames, channels, groups, stretches;
        private final double epsilon;
        private final double[] parts;
        private final float[] means, factors, gammas, betas;
        private final Kernel normalize;

        Groups(Machine machine, GroupNorm op, Place x, Place gamma, Place beta, Place scale, Place shift, Place y) {
            this.machine = machine;
            this.x = x;
            this.gamma = gamma;
            this.beta = beta;
            this.scale = scale;
            this.shift = shift;
            batch = op.x().shape().at(0);
            frames = op.x().shape().at(1);
            channels = op.x().shape().last();
            groups = op.groups();
            epsilon = op.epsilon();
            stretches = Math.ceilDiv(frames, FRAMES);
            parts = new double[batch * stretches * groups];
            means = new float[batch * groups];
            factors = new float[batch * groups];
            gammas = new float[scale == null ? 0 : batch * channels];
            betas = new float[gammas.length];
            Function function = Function.of(op.activation());
            normalize = machine.rows(batch * frames, channels, (row, thread) -> {
                normalize(row, y);
                int at = y.at() + row * channels;
                if (function != null) machine.lanes.apply(function, y.floats(), at, y.floats(), at, channels);
            });
        }

        private void normalize(int row, Place y) {
            int size = channels / groups, b = row / frames;
            float[] factor = scale == null ? gamma.floats() : gammas, offset = scale == null ? beta.floats() : betas;
            int factorAt = scale == null ? gamma.at() : b * channels, offsetAt = scale == null ? beta.at() : b * channels;
            for (int g = 0; g < groups; g++) {
                int at = row * channels + g * size;
                machine.lanes.normalize(x.floats(), x.at() + at, means[b * groups + g], factors[b * groups + g], factor, factorAt + g * size,
                        offset, offsetAt + g * size, y.floats(), y.at() + at, size);
            }
        }

        private void modulate() {
            for (int i = 0; i < gammas.length; i++) {
                float strength = 1 + scale.floats()[scale.at() + i];
                gammas[i] = gamma.floats()[gamma.at() + i % channels] * strength;
                betas[i] = Math.fma(beta.floats()[beta.at() + i % channels], strength, shift.floats()[shift.at() + i]);
            }
        }

        @Override
        public void run() {
            double count = (double) frames * channels / groups;
            machine.pool.run(sums, batch * stretches);
            for (int i = 0; i < means.length; i++) means[i] = (float) (total(i) / count);
            machine.pool.run(squares, batch * stretches);
            for (int i = 0; i < factors.length; i++) factors[i] = factor(total(i), count, epsilon);
            modulate();
            normalize.run();
        }

        private final Pool.Region sums = (task, thread) -> add(task, false);
        private final Pool.Region squares = (task, thread) -> add(task, true);

        private void add(int task, boolean squared) {
            int b = task / stretches, first = task % stretches * FRAMES, last = Math.min(frames, first + FRAMES), size = channels / groups;
            for (int g = 0; g < groups; g++) {
                double sum = 0;
                for (int frame = first; frame < last; frame++) {
                    int at = x.at() + (b * frames + frame) * channels + g * size;
                    sum += squared ? machine.lanes.squares(x.floats(), at, size, means[b * groups + g]) : machine.lanes.sum(x.floats(), at, size);
                }
                parts[task * groups + g] = sum;
            }
        }

        private double total(int statistic) {
            int b = statistic / groups, g = statistic % groups;
            double sum = 0;
            for (int stretch = 0; stretch < stretches; stretch++) sum += parts[(b * stretches + stretch) * groups + g];
            return sum;
        }
    }
}
