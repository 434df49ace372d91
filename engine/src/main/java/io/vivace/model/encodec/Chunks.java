package io.vivace.model.encodec;

import io.vivace.graph.Tensor;
import java.util.List;

/** What happens to audio around the networks: loudness, and the cross-fade of overlapping chunks. */
final class Chunks {
    /** Keeps silence from being divided by 0. */
    private static final float SILENCE = 1e-8f;

    private Chunks() {}

    /** Root mean square of the mean of the channels, for each row of [batch, samples, channels]. */
    static float[] loudness(Tensor audio) {
        int samples = audio.shape().at(1), channels = audio.shape().at(2);
        float[] loudness = new float[audio.shape().at(0)];
        for (int row = 0; row < loudness.length; row++) {
            double sum = 0;
            for (int t = 0; t < samples; t++) {
                double mono = 0;
                for (int c = 0; c < channels; c++) mono += audio.floats()[(row * samples + t) * channels + c];
                sum += mono / channels * (mono / channels);
            }
            loudness[row] = (float) Math.sqrt(sum / samples) + SILENCE;
        }
        return loudness;
    }

    /** Divides each row by its loudness, in place. */
    static void divide(Tensor audio, float[] loudness) {
        int row = audio.floats().length / loudness.length;
        for (int i = 0; i < audio.floats().length; i++) audio.floats()[i] /= loudness[i / row];
    }

    /** Multiplies each row of [batch][channel][sample], in place. */
    static void multiply(float[][][] audio, float[] loudness) {
        for (int row = 0; row < audio.length; row++) {
            for (float[] channel : audio[row]) {
                for (int t = 0; t < channel.length; t++) channel[t] *= loudness[row];
            }
        }
    }

    /**
     * Chunks added where they overlap, each weighted by a triangle that is highest in its middle, over the sum of the weights.
     *
     * @param chunks [batch][channel][sample] each; the first one is the longest
     * @param stride samples from the start of a chunk to the start of the next
     */
    static float[][][] crossFade(List<float[][][]> chunks, int stride) {
        int batch = chunks.getFirst().length, channels = chunks.getFirst()[0].length, total = 0;
        float[] triangle = triangle(chunks.getFirst()[0][0].length);
        for (int i = 0; i < chunks.size(); i++) total = Math.max(total, Math.addExact(i * stride, chunks.get(i)[0][0].length));
        float[][][] sum = new float[batch][channels][total];
        float[] weights = new float[total];
        for (int i = 0; i < chunks.size(); i++) {
            int length = chunks.get(i)[0][0].length;
            for (int t = 0; t < length; t++) weights[i * stride + t] += triangle[t];
            for (int row = 0; row < batch; row++) {
                for (int c = 0; c < channels; c++) {
                    for (int t = 0; t < length; t++) sum[row][c][i * stride + t] += triangle[t] * chunks.get(i)[row][c][t];
                }
            }
        }
        for (float[][] row : sum) {
            for (float[] channel : row) {
                for (int t = 0; t < total; t++) channel[t] /= weights[t];
            }
        }
        return sum;
    }

    private static float[] triangle(int length) {
        float[] weights = new float[length];
        for (int i = 0; i < length; i++) weights[i] = (float) (0.5 - Math.abs((i + 1.0) / (length + 1) - 0.5));
        return weights;
    }
}
