package io.vivace.model.ssmttm;

import io.vivace.Stage;
import io.vivace.model.Run;
import io.vivace.model.Samples;
import io.vivace.model.dac.Dac;
import java.util.function.Consumer;

/** Frames of codes on their way to samples, piece by piece. */
final class Sound {
    private final Dac codec;
    private final Dac.Stream stream;
    private final Run run;
    private final Samples samples;

    /**
     * @param samples of each clip; what the last frame has beyond them is cut off
     * @param sink    takes the next samples, [batch][samples]
     */
    Sound(Dac codec, int batch, int codebooks, int samples, Run run, Consumer<float[][]> sink) {
        this.codec = codec;
        this.run = run;
        this.samples = new Samples(samples, sink);
        stream = codec.stream(batch, codebooks);
    }

    /** @param codes the next frames, [batch][codebooks][frames] */
    void add(int[][][] codes) {
        if (codes[0][0].length > 0) samples.give(run.passes(Stage.CODEC, codec::passes, () -> stream.push(codes)));
    }

    /** Gives all samples that are left. */
    void finish() {
        samples.give(run.passes(Stage.CODEC, codec::passes, stream::finish));
    }
}
