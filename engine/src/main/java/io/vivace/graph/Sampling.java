package io.vivace.graph;

import java.util.List;

/** The two halves of choosing a token: which may be chosen how likely, and which one it is. */
public sealed interface Sampling extends Op {

    /** Columns of a settings row: temperature (0: always the likeliest), top-k (0: all), top-p (0 or 1: all). */
    int SETTINGS = 3;

    /**
     * Probabilities after temperature, top-k and top-p, in this order, as transformers' logits processors compute them: top-k keeps every
     * logit not below the k-th; top-p drops a token when it and all less likely ones together have at most 1 − p.
     *
     * @param logits   [batch, codebooks, vocabulary]
     * @param settings [batch, {@link #SETTINGS}]
     */
    record Probabilities(Value logits, Value settings) implements Sampling {
        @Override
        public List<Value> operands() {
            return List.of(logits, settings);
        }

        @Override
        public Shape shape() {
            Shape s = Check.frames(this, logits);
            Check.exactly(this, settings, s.at(0), SETTINGS);
            return s;
        }
    }

    /**
     * One token a row, drawn with the counter-based random number of (seed, sample, step, codebook): the first index whose
     * cumulated probability exceeds it. The draw depends on nothing else, so batches, streams and drafts see the same tokens.
     *
     * @param probabilities [batch, codebooks, vocabulary]
     * @param keys          int32 [batch, 3]: low and high half of the seed, number of the sample
     * @param step          int32 [1]
     */
    record Draw(Value probabilities, Value keys, Value step) implements Sampling {
        @Override
        public List<Value> operands() {
            return List.of(probabilities, keys, step);
        }

        @Override
        public Shape shape() {
            Shape s = Check.frames(this, probabilities);
            Check.scalar(this, step);
            Check.that(this, Check.ints(this, keys).equals(Shape.of(s.at(0), 3)));
            return Shape.of(s.at(0), s.at(1));
        }

        @Override
        public DType dtype() {
            return DType.INT32;
        }
    }
}
