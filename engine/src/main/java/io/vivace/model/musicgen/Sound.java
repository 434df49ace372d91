package io.vivace.model.musicgen;

import io.vivace.Stage;
import io.vivace.model.Run;
import io.vivace.model.Samples;
import io.vivace.model.encodec.Encodec;
import io.vivace.model.encodec.StreamingDecoder;
import java.util.Arrays;
import java.util.function.Consumer;

/** The codes of a batch on their way to samples, frame by frame; the samples do not depend on when they are asked for. */
final class Sound implements AutoCloseable {
    private final int channels;
    private final Samples samples;
    private final Run run;
    private final Encodec codec;
    private final StreamingDecoder decoder;
    private int pushed;

    /**
     * @param samples of each clip; what the last frame has beyond them is cut off
     * @param sink    takes the next samples, [batch][channels][samples]
     */
    Sound(MusicGenConfig config, Encodec codec, int batch, int samples, Run run, Consumer<float[][][]> sink) {
        this.codec = codec;
        this.run = run;
        channels = config.decoder().channels();
        this.samples = new Samples(samples, rows -> sink.accept(clips(rows, channels)));
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

    private void give(float[][][] rows) {
        if (rows[0].length > 0) samples.give(Arrays.stream(rows).map(row -> row[0]).toArray(float[][]::new));
    }

    /** Rows of the codec's batch as channels of clips. */
    private static float[][][] clips(float[][] rows, int channels) {
        var clips = new float[rows.length / channels][channels][];
        for (int row = 0; row < rows.length; row++) clips[row / channels][row % channels] = rows[row];
        return clips;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
