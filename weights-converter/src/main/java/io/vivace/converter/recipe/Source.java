package io.vivace.converter.recipe;

import java.util.List;

/** Where a tensor of the model file comes from: tensors of the checkpoint by name, with the shape they must have. */
public sealed interface Source {

    /** A tensor under the first of several names that the checkpoint has. */
    record Named(List<String> names, int... dims) implements Source { }

    /** Some rows of a matrix. */
    record Slice(Named matrix, int first, int count) implements Source { }

    /** Rows of matrices with the same number of columns, one matrix after another; or vectors joined. */
    record Stacked(List<Source> parts) implements Source { }

    /** A matrix that the checkpoint holds as [inputs, outputs]. */
    record Transposed(Named matrix) implements Source { }

    /**
     * A recurrent layer's matrix [inputs, width · parts] whose columns hold the parts of a channel side by side, to [parts · width, inputs]: the rows
     * of all channels' first part, then of their second, …
     */
    record Parts(Named matrix, int parts) implements Source { }

    /** {@code −e^x} of every element: the rates of a state-space layer, of whose negative checkpoints hold the logarithm. */
    record Decay(Named logarithm) implements Source { }

    /** A convolution of every channel by itself, [channels, 1, taps], to [taps, channels]. */
    record Depthwise(Named weight) implements Source { }

    /** Two vectors added. */
    record Sum(Named a, Named b) implements Source { }

    /**
     * A 1-D convolution [outputs, inputs, taps], plain or as a weight-norm pair, to the matrix [outputs, taps · inputs].
     *
     * @param prefix of the names, up to {@code .weight}, {@code .weight_g} or {@code .parametrizations.weight.original0}
     */
    record Convolution(String prefix, int outputs, int inputs, int taps) implements Source { }

    /**
     * A transposed 1-D convolution [inputs, outputs, taps] of a stride, to the matrix [stride · outputs, J · inputs],
     * J = ceil(taps / stride), which an ordinary convolution applies: row r·outputs + o, column i·inputs + c holds
     * W[c, o, r + (J−1−i)·stride], 0 behind the last tap.
     */
    record TransposedConvolution(String prefix, int inputs, int outputs, int taps, int stride) implements Source { }

    static Named named(String name, int... dims) {
        return new Named(List.of(name), dims);
    }
}
