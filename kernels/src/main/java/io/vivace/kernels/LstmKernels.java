package io.vivace.kernels;

/** Launches of the kernels in {@code lstm.cu}, generated from it. */
public final class LstmKernels {
    private LstmKernels() {}

    public static Launch lstmStart(Grid grid, long hidden, long before, long cell, int count) {
        return new Launch("lstm", "lstm_start", grid, 256, 0, Launch.bits(hidden), Launch.bits(before), Launch.bits(cell), Launch.bits(count));
    }

    public static Launch lstmFrame(String variant, Grid grid, long gates, long weights, long scales, long before, long after, long cell, long y, long hidden, int batch, int units, int frames, int frame) {
        return new Launch("lstm", Launch.variant("lstm_frame", variant, "f32_f32", "f32_bf16", "f32_int8"), grid, 256, 0, Launch.bits(gates), Launch.bits(weights), Launch.bits(scales), Launch.bits(before), Launch.bits(after), Launch.bits(cell), Launch.bits(y), Launch.bits(hidden), Launch.bits(batch), Launch.bits(units), Launch.bits(frames), Launch.bits(frame));
    }
}
