package io.vivace.backend;

import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.MatMul;
import io.vivace.graph.Conv1d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Products with matrices: linear layers, convolutions, recurrences. */
final class MatrixCases {
    private static final int[][] INPUTS_OUTPUTS = {{1, 1}, {7, 65}, {64, 64}, {65, 130}, {130, 7}, {256, 192}};
    private static final Activation[] ACTIVATIONS = Activation.values();
    private static final Storage[] STORAGES = {Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8};
    private final List<OpCase> cases = new ArrayList<>();

    private MatrixCases() {}

    static List<OpCase> all() {
        var all = new MatrixCases();
        all.linear();
        all.matMul();
        all.convolutions();
        all.transposedConvolutions();
        all.recurrences();
        return all.cases;
    }

    /** A case for each storage. */
    private void add(OpCase c) {
        for (Storage storage : STORAGES) cases.add(c.storedAs(storage));
    }

    /** Takes activations in turn, so that each meets many shapes. */
    private Activation nextActivation() {
        return ACTIVATIONS[cases.size() / STORAGES.length % ACTIVATIONS.length];
    }

    private void linear() {
        for (int[] extents : INPUTS_OUTPUTS) {
            int inputs = extents[0], outputs = extents[1];
            for (int rows : new int[] {1, 2, 3, 7, 64, 65, 130}) {
                Activation activation = nextActivation();
                add(OpCase.of("linear " + rows + " rows, " + inputs + " to " + outputs + " " + activation,
                        o -> new Linear(o.normal(rows, inputs), o.matrix(outputs, inputs), null, null, activation)));
                add(OpCase.of("linear with bias, " + rows + " rows, " + inputs + " to " + outputs + " " + activation,
                        o -> new Linear(o.normal(1, rows, inputs), o.matrix(outputs, inputs), o.vector(outputs), null, activation)));
                add(OpCase.of("linear with bias and residual, " + rows + " rows, " + inputs + " to " + outputs + " " + activation,
                        o -> new Linear(o.normal(rows, inputs), o.matrix(outputs, inputs), o.vector(outputs), o.normal(rows, outputs), activation)));
            }
        }
        for (Activation activation : ACTIVATIONS) {
            add(OpCase.of("linear with residual, batch 3 " + activation,
                    o -> new Linear(o.normal(3, 5, 65), o.matrix(70, 65), null, o.normal(3, 5, 70), activation)));
        }
    }

    private void matMul() {
        for (int[] extents : INPUTS_OUTPUTS) {
            int inner = extents[0], columns = extents[1];
            cases.add(OpCase.of("product " + Arrays.toString(extents), o -> new MatMul(o.normal(5, inner), o.normal(inner, columns), false)));
            cases.add(OpCase.of("product, transposed " + Arrays.toString(extents), o -> new MatMul(o.normal(5, inner), o.normal(columns, inner), true)));
            cases.add(OpCase.of("product, broadcast left " + Arrays.toString(extents),
                    o -> new MatMul(o.normal(1, 3, inner), o.normal(4, inner, columns), false)));
            cases.add(OpCase.of("product, broadcast both " + Arrays.toString(extents),
                    o -> new MatMul(o.normal(2, 1, 3, inner), o.normal(5, columns, inner), true)));
            add(OpCase.of("product with a weight " + Arrays.toString(extents), o -> new MatMul(o.normal(2, 3, inner), o.matrix(columns, inner), true)));
        }
    }

    private record Kernel(int size, int stride, int dilation, int left, int right) {}

    private void convolutions() {
        Kernel[] kernels = {new Kernel(7, 1, 1, 3, 3), new Kernel(7, 1, 1, 6, 0), new Kernel(3, 1, 1, 1, 1), new Kernel(3, 1, 2, 4, 0),
            new Kernel(3, 1, 4, 3, 5), new Kernel(1, 1, 1, 0, 0), new Kernel(4, 2, 1, 1, 1), new Kernel(16, 8, 1, 4, 4), new Kernel(5, 3, 1, 0, 4),
            new Kernel(2, 3, 2, 1, 0)};
        int[][] channels = {{1, 1}, {1, 32}, {7, 64}, {65, 7}, {64, 130}};
        int number = 0;
        for (Kernel k : kernels) {
            for (int[] pair : channels) {
                for (int frames : new int[] {1, 7, 65}) {
                    if (frames + k.left + k.right < (k.size - 1) * k.dilation + 1) continue;
                    Pad.Mode mode = Pad.Mode.values()[number % 3];
                    Activation activation = ACTIVATIONS[number % ACTIVATIONS.length];
                    boolean bias = number % 5 != 0, residual = number % 4 == 1;
                    int batch = 1 + number++ % 3;
                    cases.add(OpCase.of("convolution " + k + " " + mode + " of [" + batch + ", " + frames + ", " + pair[0] + "] to " + pair[1] + " "
                            + activation + (bias ? " with bias" : "") + (residual ? " with residual" : ""),
                            o -> convolution(o, k, mode, batch, frames, pair[0], pair[1], activation, bias, residual)));
                }
            }
        }
        add(OpCase.of("convolution", o -> convolution(o, kernels[0], Pad.Mode.REFLECT, 2, 20, 7, 65, Activation.ELU, true, true)));
    }

    private static Conv1d convolution(Operands o, Kernel k, Pad.Mode mode, int batch, int frames, int inputs, int outputs, Activation activation,
            boolean bias, boolean residual) {
        int length = (frames + k.left + k.right - (k.size - 1) * k.dilation - 1) / k.stride + 1;
        return new Conv1d(o.normal(batch, frames, inputs), o.matrix(outputs, k.size * inputs), bias ? o.vector(outputs) : null,
                residual ? o.normal(batch, length, outputs) : null, k.size, k.stride, k.dilation, k.left, k.right, mode, activation);
    }

    private void transposedConvolutions() {
        int[][] kernels = {{4, 2}, {16, 8}, {10, 5}, {5, 2}, {7, 3}, {3, 3}, {8, 1}, {1, 1}};
        int[][] channels = {{1, 1}, {7, 64}, {65, 7}, {64, 33}};
        int number = 0;
        for (int[] kernel : kernels) {
            for (int[] pair : channels) {
                for (int frames : new int[] {1, 7, 65}) {
                    int size = kernel[0], stride = kernel[1], total = size - stride, left = number % 2 == 0 ? 0 : total - total / 2;
                    int batch = 1 + number % 3;
                    Activation activation = ACTIVATIONS[number++ % ACTIVATIONS.length];
                    cases.add(OpCase.of("transposed convolution " + Arrays.toString(kernel) + " of [" + batch + ", " + frames + ", " + pair[0] + "] to "
                            + pair[1] + " from " + left + " " + activation,
                            o -> transposed(o, size, stride, left, batch, frames, pair[0], pair[1], activation)));
                }
            }
        }
        add(OpCase.of("transposed convolution without bias", o -> new ConvTranspose1d(o.normal(1, 7, 5), o.matrix(2 * 6, 2 * 5), null, 4, 2, 1, 14,
                Activation.NONE)));
    }

    private static ConvTranspose1d transposed(Operands o, int size, int stride, int left, int batch, int frames, int inputs, int outputs,
            Activation activation) {
        int taps = (size + stride - 1) / stride;
        return new ConvTranspose1d(o.normal(batch, frames, inputs), o.matrix(stride * outputs, taps * inputs), o.vector(outputs), size, stride, left,
                frames * stride, activation);
    }

    private void recurrences() {
        for (int[] extents : new int[][] {{1, 1}, {7, 7}, {64, 64}, {3, 65}, {65, 130}}) {
            int inputs = extents[0], units = extents[1];
            for (int batch = 1; batch <= 3; batch++) {
                int rows = batch, frames = new int[] {1, 7, 30}[batch - 1];
                String name = "lstm of [" + batch + ", " + frames + ", " + inputs + "] with " + units + " units";
                add(OpCase.of(name, o -> lstm(o, rows, frames, inputs, units, null, null)));
                add(OpCase.of(name + " carried on", o -> lstm(o, rows, frames, inputs, units, o.state(rows, units), o.state(rows, units))).runs(3));
            }
        }
    }

    private static Lstm lstm(Operands o, int batch, int frames, int inputs, int units, Value hidden, Value cell) {
        return new Lstm(o.normal(batch, frames, inputs), o.matrix(4 * units, inputs), o.matrix(4 * units, units), o.vector(4 * units), hidden, cell);
    }
}
