package io.vivace.model.ssmttm;

import io.vivace.DeviceFailed;
import io.vivace.Stage;
import io.vivace.model.Run;
import io.vivace.model.dac.Dac;
import java.util.Arrays;
import java.util.function.Consumer;

/** Frames of codes on their way to samples, piece by piece. */
final class Sound {
    private final Dac codec;
    private final Dac.Stream stream;
    private final int samples;
    private final Run run;
    private final Consumer<float[][]> sink;
    private int given;

    /**
     * @param samples of each clip; what the last frame has beyond them is cut off
     * @param sink    takes the next samples, [batch][samples]
     */
    Sound(Dac codec, int batch, int codebooks, int samples, Run run, Consumer<float[][]> sink) {
        this.codec = codec;
        this.samples = samples;
        this.run = run;
        this.sink = sink;
        stream = codec.stream(batch, codebooks);
    }

    /** @param codes the next frames, [batch][codebooks][frames] */
    void add(int[][][] codes) {
        if (codes[0][0].length > 0) give(run.passes(Stage.CODEC, codec::passes, () -> stream.push(codes)));
    }

    /** Gives all samples that are left. */
    void finish() {
        give(run.passes(Stage.CODEC, codec::passes, stream::finish));
    }

    private void give(float[][] rows) {
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
