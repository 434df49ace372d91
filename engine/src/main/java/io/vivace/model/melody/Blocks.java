package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.nn.signal.Span;

/** Parts of clips, cut out for a run. */
final class Blocks {
    private Blocks() {}

    /**
     * How many samples each row has.
     *
     * @throws BadRequest if there are none, or rows differ
     */
    static int samples(float[][] audio) {
        if (audio.length == 0 || audio[0].length == 0) throw new BadRequest("There is no audio to encode; give at least one sample.");
        for (float[] row : audio) {
            if (row.length != audio[0].length) {
                throw new BadRequest("A row of the audio has " + row.length + " samples, not " + audio[0].length + "; pad the rows.");
            }
        }
        return audio[0].length;
    }

    /** These samples of [batch][sample] as [batch, samples, 1]; behind the end there is silence. */
    static Tensor slice(float[][] audio, Span samples) {
        int length = (int) samples.length(), from = (int) samples.from(), there = Math.clamp(audio[0].length - from, 0, length);
        float[] part = new float[audio.length * length];
        for (int row = 0; row < audio.length; row++) System.arraycopy(audio[row], from, part, row * length, there);
        return Tensor.of(Shape.of(audio.length, length, 1), part);
    }

    /** These frames of [batch, frames, channels]. */
    static Tensor slice(Tensor x, Span frames) {
        int batch = x.shape().at(0), channels = x.shape().at(2), length = (int) frames.length();
        float[] part = new float[batch * length * channels];
        for (int row = 0; row < batch; row++) {
            System.arraycopy(x.floats(), (row * x.shape().at(1) + (int) frames.from()) * channels, part, row * length * channels, length * channels);
        }
        return Tensor.of(Shape.of(batch, length, channels), part);
    }
}
