package io.vivace.backend.reference;

import io.vivace.graph.Sampling;
import io.vivace.graph.Sampling.Draw;
import io.vivace.graph.Sampling.Probabilities;
import io.vivace.sample.Philox;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Which tokens may be chosen how likely, and which one is. */
final class Tokens {
    private Tokens() {}

    static double[] probabilities(Probabilities op, double[] logits, double[] settings) {
        int codebooks = op.logits().shape().at(1), vocabulary = op.logits().shape().last();
        double[] y = new double[logits.length];
        for (int row = 0; row * vocabulary < logits.length; row++) {
            int at = row / codebooks * Sampling.SETTINGS;
            double[] part = Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
            double[] chosen = probabilities(part, settings[at], (int) settings[at + 1], settings[at + 2]);
            System.arraycopy(chosen, 0, y, row * vocabulary, vocabulary);
        }
        return y;
    }

    private static double[] probabilities(double[] logits, double temperature, int topK, double topP) {
        if (temperature == 0) return likeliest(logits);
        double[] kept = Elementwise.map(logits, logit -> logit / temperature);
        if (topK > 0 && topK < kept.length) keepLargest(kept, topK);
        if (topP > 0 && topP < 1) keepNucleus(kept, topP);
        return Rows.softmax(kept, kept.length);
    }

    /** 1 at the first of the largest logits. */
    private static double[] likeliest(double[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
        double[] y = new double[logits.length];
        y[best] = 1;
        return y;
    }

    private static void keepLargest(double[] logits, int count) {
        double[] sorted = logits.clone();
        Arrays.sort(sorted);
        double least = sorted[sorted.length - count];
        for (int i = 0; i < logits.length; i++) if (logits[i] < least) logits[i] = Double.NEGATIVE_INFINITY;
    }

    /** Drops the least likely tokens while they have at most 1 − p together; of equals, the lower index goes first. The likeliest stays. */
    private static void keepNucleus(double[] logits, double p) {
        double[] probabilities = Rows.softmax(logits, logits.length);
        int[] ascending = IntStream.range(0, logits.length).boxed()
                .sorted(Comparator.comparingDouble(i -> logits[i])).mapToInt(Integer::intValue).toArray();
        double dropped = 0;
        for (int i = 0; i < ascending.length - 1; i++) {
            dropped += probabilities[ascending[i]];
            if (dropped > 1 - p) return;
            logits[ascending[i]] = Double.NEGATIVE_INFINITY;
        }
    }

    static int[] draw(Draw op, double[] probabilities, int[] keys, int step) {
        int codebooks = op.probabilities().shape().at(1), vocabulary = op.probabilities().shape().last();
        int[] tokens = new int[op.shape().size()];
        for (int row = 0; row < tokens.length; row++) {
            int key = row / codebooks * 3;
            double uniform = Philox.uniform(keys[key], keys[key + 1], keys[key + 2], step, row % codebooks, new int[4]);
            tokens[row] = draw(Arrays.copyOfRange(probabilities, row * vocabulary, (row + 1) * vocabulary), uniform);
        }
        return tokens;
    }

    private static int draw(double[] probabilities, double uniform) {
        double total = Arrays.stream(probabilities).reduce(0, Double::sum), sum = 0;
        int last = -1;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] == 0) continue;
            sum += probabilities[i];
            last = i;
            if (sum > uniform * total) return i;
        }
        if (last < 0) throw new ArithmeticException("Draw found no token with a probability above 0 among " + probabilities.length);
        return last;
    }
}
