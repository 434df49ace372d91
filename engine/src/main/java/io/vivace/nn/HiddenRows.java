package io.vivace.nn;

import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.Arrays;

/**
 * Rows whose mask hides every token, in the way of T5 and CLAP: their originals hide a key by adding the lowest float to its score, so where all
 * are hidden all weigh alike, and attention gives the mean of the values. {@link io.vivace.graph.Attention} gives zeros there, as BERT and
 * MusicGen do; so the mean is added for such rows only, in a graph of its own, and the usual graph stays as it is.
 */
public final class HiddenRows {
    private HiddenRows() {}

    /** Whether some row of the mask [rows][tokens] holds nothing but 0. */
    public static boolean any(int[][] mask) {
        return Arrays.stream(mask).anyMatch(HiddenRows::hidden);
    }

    /** 1 for each row that is hidden, else 0: [rows, 1, 1]. */
    public static Tensor flags(int[][] mask) {
        float[] flags = new float[mask.length];
        for (int row = 0; row < flags.length; row++) flags[row] = hidden(mask[row]) ? 1 : 0;
        return Tensor.of(Shape.of(flags.length, 1, 1), flags);
    }

    /**
     * What attention gives, completed.
     *
     * @param mixed  result of attention, [rows, tokens, channels]
     * @param values of attention, [rows, tokens, channels]
     * @param flags  as above, or null where no row is hidden
     */
    public static Value mean(Value mixed, Value values, Value flags) {
        return flags == null ? mixed : mixed.plus(values.reduce(Reduce.Kind.MEAN, 1).times(flags));
    }

    private static boolean hidden(int[] row) {
        return Arrays.stream(row).allMatch(keep -> keep == 0);
    }
}
