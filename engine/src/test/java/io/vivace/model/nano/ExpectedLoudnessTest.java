package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Segments of five latent frames; the first channel alone moves all levels, by its value. */
class ExpectedLoudnessTest {
    private static final int SEGMENT = TinyNano.CONFIG.diffusion().segment(), CHANNELS = NanoConfig.LATENT;

    private static ExpectedLoudness loudness() {
        int levels = 2 * NanoConfig.ROLES * NanoConfig.BANDS;
        var matrix = new float[levels * CHANNELS];
        for (int i = 0; i < levels; i++) matrix[i * CHANNELS] = 1;
        var bias = new float[levels];
        Arrays.fill(bias, 2);
        var weights = new MemoryWeights().matrix("decoder.energies.weight", Storage.FLOAT32, levels, CHANNELS, matrix).vector("decoder.energies.bias", bias);
        return new ExpectedLoudness(TinyNano.CONFIG, weights, 3 * SEGMENT);
    }

    private static float[] segments(double... levels) {
        var latents = new float[levels.length * SEGMENT * CHANNELS];
        for (int frame = 0; frame < levels.length * SEGMENT; frame++) latents[frame * CHANNELS] = (float) levels[frame / SEGMENT];
        return latents;
    }

    @Test void fourTimesThePowerIsSixDecibels() {
        ExpectedLoudness loudness = loudness();
        loudness.add(segments(0));
        assertEquals(0, loudness.above(SEGMENT), 1e-9);
        loudness.add(segments(Math.log(4)));
        assertEquals(10 * Math.log10((1 + 4) / 2.0), loudness.above(SEGMENT), 0.01);
        assertEquals(0, loudness.above(2 * SEGMENT), 1e-9);
    }

    @Test void whatComesBehindTheBeginningDoesNotCount() {
        ExpectedLoudness loudness = loudness();
        loudness.add(segments(0, 0, 0, 6));
        loudness.add(segments(6));
        assertEquals(0, loudness.above(SEGMENT), 1e-9);
    }

    @Test void quietSegmentsDoNotCount() {
        ExpectedLoudness loudness = loudness();
        loudness.add(segments(4, 4, -6));
        assertEquals(0, loudness.above(SEGMENT), 0.01);
    }

    @Test void silenceIsNoNumber() {
        ExpectedLoudness loudness = loudness();
        loudness.add(segments(-50, 0));
        assertFalse(Double.isFinite(loudness.above(SEGMENT)));
    }
}
