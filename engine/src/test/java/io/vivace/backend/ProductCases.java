package io.vivace.backend;

import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Conv2d;
import io.vivace.graph.NormedLinear;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.List;

/** Products that do something else on the way: normalise, or take windows of images. */
final class ProductCases {
    private static final Activation[] ACTIVATIONS = Activation.values();
    private final List<OpCase> cases = new ArrayList<>();

    private ProductCases() {}

    static List<OpCase> all() {
        var all = new ProductCases();
        all.normed();
        all.images();
        return all.cases;
    }

    private void normed() {
        for (AdaptiveNorm.Kind kind : AdaptiveNorm.Kind.values()) {
            for (int[] extents : new int[][] {{7, 65}, {64, 64}, {66, 7}, {1100, 130}}) {
                for (int rows : new int[] {1, 4, 5, 30}) {
                    boolean beta = kind == AdaptiveNorm.Kind.LAYER && rows % 2 == 0, bias = rows % 3 == 0;
                    Activation activation = ACTIVATIONS[cases.size() % ACTIVATIONS.length];
                    OpCase c = OpCase.of("normed linear " + kind + ", " + rows + " rows, " + extents[0] + " to " + extents[1] + " " + activation,
                            o -> new NormedLinear(kind, o.normal(1, rows, extents[0]), o.vector(extents[0]), beta ? o.vector(extents[0]) : null, 1e-5,
                                    o.matrix(extents[1], extents[0]), bias ? o.vector(extents[1]) : null, activation));
                    for (Storage storage : List.of(Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8)) cases.add(c.storedAs(storage));
                }
            }
        }
    }

    private void images() {
        Conv2d.Axis[][] kernels = {
            {new Conv2d.Axis(3, 1, 1, 1, 1), new Conv2d.Axis(3, 1, 1, 1, 1)}, {new Conv2d.Axis(1, 1, 1, 0, 0), new Conv2d.Axis(1, 1, 1, 0, 0)},
            {new Conv2d.Axis(5, 2, 1, 2, 1), new Conv2d.Axis(2, 3, 1, 0, 3)}, {new Conv2d.Axis(1, 2, 1, 0, 0), new Conv2d.Axis(7, 1, 2, 12, 0)},
            {new Conv2d.Axis(3, 1, 3, 3, 3), new Conv2d.Axis(1, 1, 1, 2, 2)}};
        for (Conv2d.Axis[] kernel : kernels) {
            for (int[] channels : new int[][] {{1, 1}, {3, 8}, {8, 65}, {64, 70}}) {
                int number = cases.size(), batch = 1 + number % 2;
                boolean bias = number % 3 != 0, residual = number % 4 == 1;
                OpCase c = OpCase.of("convolution of " + batch + " images, " + channels[0] + " to " + channels[1] + " channels, " + kernel[0] + " " + kernel[1],
                        o -> image(o, kernel[0], kernel[1], batch, channels[0], channels[1], bias, residual, ACTIVATIONS[number % ACTIVATIONS.length]));
                cases.add(c);
                if (number % 3 == 0) cases.add(c.storedAs(number % 2 == 0 ? Storage.BFLOAT16 : Storage.INT8));
            }
        }
    }

    private static Conv2d image(Operands o, Conv2d.Axis down, Conv2d.Axis across, int batch, int inputs, int outputs, boolean bias, boolean residual,
            Activation activation) {
        int height = 9, width = 11;
        return new Conv2d(o.normal(batch, height, width, inputs), o.matrix(outputs, down.taps() * across.taps() * inputs), bias ? o.vector(outputs) : null,
                residual ? o.normal(batch, windows(down, height), windows(across, width), outputs) : null, down, across, activation);
    }

    private static int windows(Conv2d.Axis axis, int extent) {
        return (extent + axis.before() + axis.after() - (axis.taps() - 1) * axis.dilation() - 1) / axis.stride() + 1;
    }
}
