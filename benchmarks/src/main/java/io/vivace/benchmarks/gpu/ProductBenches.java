package io.vivace.benchmarks.gpu;

import io.vivace.graph.Activation;
import io.vivace.graph.Conv1d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Products with weights: of few rows and of many, convolutions of EnCodec's decoder, its LSTM. */
final class ProductBenches {
    private final boolean small;
    private final List<Bench> all = new ArrayList<>();

    private ProductBenches(boolean small) {
        this.small = small;
    }

    /** @param small sizes that an emulated device can bear */
    static List<Bench> all(boolean small) {
        var benches = new ProductBenches(small);
        for (int[] model : small ? new int[][] {{64}} : new int[][] {{1024}, {1536}, {2048}}) benches.few(model[0]);
        benches.many();
        benches.convolutions();
        benches.lstm();
        return benches.all;
    }

    private int size(int full, int least) {
        return small ? least : full;
    }

    /** A decoder's step, with guidance: MusicGen-small, -medium and -large are 1024, 1536 and 2048 wide. */
    private void few(int hidden) {
        for (Storage storage : List.of(Storage.BFLOAT16, Storage.INT8, Storage.FLOAT32)) {
            boolean narrow = storage != Storage.FLOAT32;
            product("gemv", 2, hidden, hidden, storage, narrow);
            product("gemv", 2, hidden, 4 * hidden, storage, narrow);
            product("gemv", 2, 4 * hidden, hidden, storage, narrow);
            product("gemv", 8, hidden, 4 * hidden, storage, narrow);
        }
    }

    /** A prompt, and a long one. */
    private void many() {
        for (int rows : small ? new int[] {66} : new int[] {64, 512, 4096}) {
            product("gemm", rows, size(1024, 64), size(4096, 70), Storage.BFLOAT16, true);
            product("gemm", rows, size(4096, 70), size(1024, 64), Storage.BFLOAT16, true);
            product("gemm", rows, size(1024, 64), size(4096, 70), Storage.INT8, true);
            product("gemm", rows, size(1024, 64), size(4096, 70), Storage.FLOAT32, false);
        }
    }

    private static int bytes(boolean narrow) {
        return narrow ? 2 : 4;
    }

    private void product(String what, int rows, int inputs, int outputs, Storage storage, boolean narrow) {
        double weights = (double) inputs * outputs * storage.bytes(), bytes = weights + (double) rows * (inputs + outputs) * bytes(narrow);
        String name = what + " " + rows + " rows, " + inputs + " to " + outputs + ", " + storage.name().toLowerCase(Locale.ROOT);
        Map<String, Object> torch = storage == Storage.INT8 ? Map.of()
                : Rows.of("op", "linear", "rows", rows, "inputs", inputs, "outputs", outputs, "bf16", narrow);
        all.add(new Bench(name, narrow, bytes, 2.0 * rows * inputs * outputs, Bench.copies(weights, small), torch, p -> p.add(
                new Linear(p.x("x", rows, inputs), p.matrix("w", storage, outputs, inputs), p.vector("b", outputs), null, Activation.NONE))));
    }

    /** From one second of frames at the codec's rate on. */
    private void convolutions() {
        for (boolean narrow : new boolean[] {true, false}) {
            convolution(size(50, 9), size(128, 8), size(1024, 16), 7, narrow);
            convolution(size(400, 9), size(512, 8), size(256, 16), 3, narrow);
            convolution(size(32_000, 9), size(64, 8), size(32, 16), 3, narrow);
            transposed(size(50, 9), size(1024, 8), size(512, 6), 16, 8, narrow);
            transposed(size(8000, 9), size(128, 8), size(64, 6), 8, 4, narrow);
        }
    }

    private void convolution(int frames, int inputs, int outputs, int kernel, boolean narrow) {
        double weights = (double) kernel * inputs * outputs * bytes(narrow), bytes = weights + (double) frames * (inputs + outputs) * bytes(narrow);
        all.add(new Bench("conv1d " + frames + " frames, " + inputs + " to " + outputs + ", " + kernel + " taps, " + type(narrow), narrow, bytes,
                2.0 * frames * kernel * inputs * outputs, size(16, 2), Rows.of("op", "conv1d", "frames", frames, "inputs", inputs, "outputs", outputs, "kernel",
                kernel, "bf16", narrow), p -> p.add(new Conv1d(p.x("x", 1, frames, inputs), p.matrix("w", storage(narrow), outputs, kernel * inputs),
                p.vector("b", outputs), null, kernel, 1, 1, kernel / 2, kernel / 2, Pad.Mode.REFLECT, Activation.NONE))));
    }

    private void transposed(int frames, int inputs, int outputs, int kernel, int stride, boolean narrow) {
        int taps = kernel / stride;
        double weights = (double) kernel * inputs * outputs * bytes(narrow);
        double bytes = weights + (double) frames * (inputs + stride * outputs) * bytes(narrow);
        all.add(new Bench("transposed conv1d " + frames + " frames, " + inputs + " to " + outputs + ", stride " + stride + ", " + type(narrow), narrow, bytes,
                2.0 * frames * kernel * inputs * outputs, size(16, 2), Rows.of("op", "transposed", "frames", frames, "inputs", inputs, "outputs", outputs,
                "kernel", kernel, "stride", stride, "bf16", narrow), p -> p.add(new ConvTranspose1d(p.x("x", 1, frames, inputs),
                p.matrix("w", storage(narrow), stride * outputs, taps * inputs), p.vector("b", outputs), kernel, stride, stride / 2, frames * stride,
                Activation.NONE))));
    }

    /** The recurrent weights are read for every frame, from a cache that holds them. */
    private void lstm() {
        int frames = size(250, 3), units = size(1024, 16);
        for (boolean narrow : new boolean[] {true, false}) {
            double matrix = 4.0 * units * units * bytes(narrow);
            all.add(new Bench("lstm " + frames + " frames, " + units + " units, " + type(narrow), narrow, matrix * (1 + frames),
                    2.0 * 8 * units * units * frames, size(4, 1), Rows.of("op", "lstm", "frames", frames, "units", units, "bf16", narrow),
                    p -> p.add(new Lstm(p.x("x", 1, frames, units), p.matrix("i", storage(narrow), 4 * units, units),
                            p.matrix("h", storage(narrow), 4 * units, units), p.vector("b", 4 * units), null, null))));
        }
    }

    static String type(boolean narrow) {
        return narrow ? "bfloat16" : "float32";
    }

    private static Storage storage(boolean narrow) {
        return narrow ? Storage.BFLOAT16 : Storage.FLOAT32;
    }
}
