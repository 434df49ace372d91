package io.vivace.model.musicgen;

import io.vivace.DeviceFailed;
import io.vivace.Stage;
import io.vivace.model.Run;
import io.vivace.model.encodec.Encodec;
import io.vivace.model.encodec.StreamingDecoder;
import java.util.Arrays;
import java.util.function.Consumer;

/** The codes of a batch on their way to samples, frame by frame; the samples do not depend on when they are asked for. */
final class Sound implements AutoCloseable {
    private final int sampleRate;
    private final int channels;
    private final int samples;
    private final Run run;
    private final Consumer<float[][][]> sink;
    private final Encodec codec;
    private final StreamingDecoder decoder;
    private int pushed;
    private int given;

    /**
     * @param samples of each clip; what the last frame has beyond them is cut off
     * @param sink    takes the next samples, [batch][channels][samples]
     */
    Sound(MusicGenConfig config, Encodec codec, int batch, int samples, Run run, Consumer<float[][][]> sink) {
        this.codec = codec;
        this.samples = samples;
        this.run = run;
        this.sink = sink;
        sampleRate = config.codec().sampleRate();
        channels = config.decoder().channels();
        decoder = codec.stream(batch * channels, config.decoder().codebooks() / channels);
    }

    /** Whether something new could be heard if {@code complete} frames were given. */
    boolean wants(int complete) {
        return complete >= decoder.needs();
    }

    /** Takes what is complete: the first {@code complete} frames of codes [batch][codebooks][frames]. */
    void add(int[][][] codes, int complete) {
        if (complete > pushed) push(codes, complete);
    }

    /** Takes the rest of {@code frames}, and gives all samples that are left. */
    void finish(int[][][] codes, int frames) {
        add(codes, frames);
        give(run.passes(Stage.CODEC, codec::passes, decoder::finish));
    }

    private void push(int[][][] codes, int to) {
        var piece = new int[codes.length][codes[0].length][];
        for (int b = 0; b < codes.length; b++) {
            for (int k = 0; k < codes[b].length; k++) piece[b][k] = Arrays.copyOfRange(codes[b][k], pushed, to);
        }
        pushed = to;
        give(run.passes(Stage.CODEC, codec::passes, () -> decoder.push(Continuation.channels(piece, channels))));
    }

    /** Rows of the codec's batch as channels of clips. */
    private void give(float[][][] rows) {
        int count = rows[0].length == 0 ? 0 : Math.min(rows[0][0].length, samples - given);
        if (count <= 0) return;
        var audio = new float[rows.length / channels][channels][];
        for (int row = 0; row < rows.length; row++) audio[row / channels][row % channels] = finite(Arrays.copyOf(rows[row][0], count));
        given += count;
        sink.accept(audio);
    }

    private float[] finite(float[] piece) {
        for (int i = 0; i < piece.length; i++) {
            if (!Float.isFinite(piece[i])) {
                throw new DeviceFailed("The codec computed " + piece[i] + " for sample " + (given + i) + "; convert the checkpoint again, "
                        + "and fetch it again if that does not help.");
            }
        }
        return piece;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
