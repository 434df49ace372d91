package io.vivace.model;

import io.vivace.DeviceFailed;
import java.util.Arrays;
import java.util.function.Consumer;

/** Samples of a batch on their way out: what a codec's last frame has beyond the clips is cut off, and what is no number ends the run. */
public final class Samples {
    private final int samples;
    private final Consumer<float[][]> sink;
    private int given;

    /**
     * @param samples of each row
     * @param sink    takes the next samples, [rows][samples]; never none
     */
    public Samples(int samples, Consumer<float[][]> sink) {
        this.samples = samples;
        this.sink = sink;
    }

    /** Puts pieces of rows together, [rows][samples]. */
    public static Consumer<float[][]> gathering(float[][] whole) {
        var filled = new int[1];
        return piece -> {
            for (int row = 0; row < whole.length; row++) System.arraycopy(piece[row], 0, whole[row], filled[0], piece[row].length);
            filled[0] += piece[0].length;
        };
    }

    /** @throws DeviceFailed if a sample is no finite number */
    public void give(float[][] rows) {
        int count = Math.min(rows[0].length, samples - given);
        if (count <= 0) return;
        float[][] piece = Arrays.stream(rows).map(row -> Arrays.copyOf(row, count)).toArray(float[][]::new);
        for (float[] row : piece) demandFinite(row);
        given += count;
        sink.accept(piece);
    }

    private void demandFinite(float[] row) {
        for (int i = 0; i < row.length; i++) {
            if (Float.isFinite(row[i])) continue;
            throw new DeviceFailed("The codec computed " + row[i] + " for sample " + (given + i) + "; convert the checkpoint again, "
                    + "and fetch it again if that does not help.");
        }
    }
}
