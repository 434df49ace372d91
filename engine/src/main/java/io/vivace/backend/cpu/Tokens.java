package io.vivace.backend.cpu;

import io.vivace.graph.Sampling;
import io.vivace.graph.Sampling.Draw;
import io.vivace.graph.Sampling.Probabilities;
import io.vivace.sample.Philox;
import java.util.Arrays;

/** Which tokens may be chosen how likely, and which one is. In double precision: there are few rows, and a token is a decision. */
final class Tokens {

    /** Memory of one thread, for one row. */
    private static final class Scratch {
        final double[] values;
        final float[] selection;
        final long[] order;

        Scratch(int vocabulary) {
            values = new double[vocabulary];
            selection = new float[vocabulary];
            order = new long[vocabulary];
        }
    }

    private Tokens() {}

    static Kernel probabilities(Machine machine, Probabilities op, Place logits, Place settings, Place y) {
        int codebooks = op.logits().shape().at(1), vocabulary = op.logits().shape().last();
        Scratch[] scratches = new Scratch[machine.pool.threads()];
        for (int i = 0; i < scratches.length; i++) scratches[i] = new Scratch(vocabulary);
        Pool.Region region = (row, thread) -> {
            int at = settings.at() + row / codebooks * Sampling.SETTINGS, from = logits.at() + row * vocabulary, to = y.at() + row * vocabulary;
            float temperature = settings.floats()[at], topP = settings.floats()[at + 2];
            if (temperature == 0) likeliest(logits.floats(), from, y.floats(), to, vocabulary);
            else filtered(logits.floats(), from, temperature, (int) settings.floats()[at + 1], topP, scratches[thread], y.floats(), to);
        };
        int rows = op.logits().shape().at(0) * codebooks;
        return () -> machine.pool.run(region, rows);
    }

    private static void likeliest(float[] logits, int from, float[] y, int to, int count) {
        int best = 0;
        for (int i = 0; i < count; i++) {
            if (!(logits[from + i] < Float.POSITIVE_INFINITY)) throw notFinite(logits[from + i]);
            if (logits[from + i] > logits[from + best]) best = i;
        }
        Arrays.fill(y, to, to + count, 0);
        y[to + best] = 1;
    }

    private static void filtered(float[] logits, int from, double temperature, int topK, double topP, Scratch scratch, float[] y, int to) {
        int count = scratch.values.length;
        float least = topK > 0 && topK < count ? largest(topK, logits, from, scratch.selection) : Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            float logit = logits[from + i];
            scratch.values[i] = logit < least ? Double.NEGATIVE_INFINITY : logit / temperature;
        }
        softmax(scratch.values);
        if (topP > 0 && topP < 1) keepNucleus(logits, from, topP, scratch);
        for (int i = 0; i < count; i++) y[to + i] = (float) scratch.values[i];
    }

    private static ArithmeticException notFinite(double logit) {
        return new ArithmeticException("Probabilities of a logit that is " + logit);
    }

    /** Most values are −∞ after top-k, and cost no exponential. */
    private static void softmax(double[] x) {
        double maximum = Double.NEGATIVE_INFINITY, sum = 0;
        for (double value : x) maximum = Math.max(maximum, value);
        if (!Double.isFinite(maximum)) throw notFinite(maximum);
        for (int i = 0; i < x.length; i++) {
            x[i] = x[i] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(x[i] - maximum);
            sum += x[i];
        }
        for (int i = 0; i < x.length; i++) x[i] /= sum;
    }

    /** The {@code rank}-th largest logit: Hoare's selection, which leaves most of the row unsorted. */
    private static float largest(int rank, float[] logits, int from, float[] scratch) {
        System.arraycopy(logits, from, scratch, 0, scratch.length);
        int target = scratch.length - rank, low = 0, high = scratch.length - 1;
        while (low < high) {
            float pivot = scratch[low + high >>> 1];
            int i = low, j = high;
            while (i <= j) {
                while (scratch[i] < pivot) i++;
                while (scratch[j] > pivot) j--;
                if (i > j) break;
                float swapped = scratch[i];
                scratch[i++] = scratch[j];
                scratch[j--] = swapped;
            }
            if (target <= j) high = j;
            else if (target >= i) low = i;
            else break;
        }
        return scratch[target];
    }

    /**
     * Drops the least likely tokens while they have at most 1 − p together; of equals, the lower index goes first. The likeliest
     * stays. A heap hands them out in order: most of a row need never be sorted, and nothing is allocated.
     */
    private static void keepNucleus(float[] logits, int from, double p, Scratch scratch) {
        long[] heap = scratch.order;
        int left = 0;
        for (int i = 0; i < scratch.values.length; i++) {
            if (scratch.values[i] > 0) heap[left++] = sortable(logits[from + i]) << 32 | i;
        }
        for (int parent = left / 2 - 1; parent >= 0; parent--) sink(heap, parent, left);
        double dropped = 0, sum = 0;
        while (left > 1) {
            int token = (int) heap[0];
            dropped += scratch.values[token];
            if (dropped > 1 - p) break;
            scratch.values[token] = 0;
            heap[0] = heap[--left];
            sink(heap, 0, left);
        }
        for (double value : scratch.values) sum += value;
        for (int i = 0; i < scratch.values.length; i++) scratch.values[i] /= sum;
    }

    /** Restores the order of a heap, least first, whose element {@code at} may be too large for its place. */
    private static void sink(long[] heap, int at, int size) {
        long value = heap[at];
        for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && heap[child + 1] < heap[child]) child++;
            if (heap[child] >= value) break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = value;
    }

    /** A number that orders as the float does; −0 counts as 0. */
    private static long sortable(float x) {
        int bits = Float.floatToIntBits(x + 0f);
        return bits ^ (bits >> 31 & Integer.MAX_VALUE);
    }

    static Kernel draw(Draw op, Place probabilities, Place keys, Place step, Place y) {
        int codebooks = op.probabilities().shape().at(1), vocabulary = op.probabilities().shape().last(), rows = op.shape().size();
        int[] words = new int[4];
        return () -> {
            for (int row = 0; row < rows; row++) {
                int key = keys.at() + row / codebooks * 3;
                double uniform = Philox.uniform(keys.ints()[key], keys.ints()[key + 1], keys.ints()[key + 2], step.ints()[step.at()],
                        row % codebooks, words);
                y.ints()[y.at() + row] = draw(probabilities.floats(), probabilities.at() + row * vocabulary, vocabulary, uniform);
            }
        };
    }

    /** The first index whose cumulated probability exceeds the uniform number's share of the total. */
    private static int draw(float[] probabilities, int from, int count, double uniform) {
        double total = 0, sum = 0;
        for (int i = 0; i < count; i++) total += probabilities[from + i];
        int last = -1;
        for (int i = 0; i < count; i++) {
            if (probabilities[from + i] == 0) continue;
            sum += probabilities[from + i];
            last = i;
            if (sum > uniform * total) return i;
        }
        if (last < 0) throw new ArithmeticException("Draw found no token with a probability above 0 among " + count);
        return last;
    }
}
