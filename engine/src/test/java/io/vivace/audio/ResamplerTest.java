package io.vivace.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.audio.Resampler.Quality;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {

    /** golden/audio/resample/case.json says how torchaudio made the expected samples. */
    @Test void equalsTorchaudio() {
        Golden golden = Golden.read("audio/resample");
        int compared = 0;
        for (var expected : golden.tensors().entrySet()) {
            if (!expected.getKey().startsWith("out.")) continue;
            String[] name = expected.getKey().split("\\.");
            var quality = name[3].equals("sharp") ? Quality.SHARP : Quality.STANDARD;
            var resampler = new Resampler(Integer.parseInt(name[1]), Integer.parseInt(name[2]), quality);
            for (int channel = 0; channel < 2; channel++) {
                float[] actual = resampler.resample(golden.tensors().get("in.audio").row(channel));
                double error = Golden.relativeError(expected.getValue().row(channel), actual);
                assertTrue(error < 1e-6, expected.getKey() + " has relative error " + error);
                compared++;
            }
        }
        assertEquals(18, compared);
    }

    /** Lengths that torchaudio gives; the large ones show its float32 rounding. */
    @ParameterizedTest
    @CsvSource({"44100,32000,1000003,725626", "48000,32000,30000001,20000000", "44100,32000,0,0", "44100,32000,1,1"})
    void lengthEqualsTorchaudio(int from, int to, int frames, int expected) {
        assertEquals(expected, new Resampler(from, to, Quality.STANDARD).outputFrames(frames));
    }

    @Test void keepsSineInBand() {
        var sine = new float[44100];
        for (int i = 0; i < sine.length; i++) sine[i] = (float) Math.sin(2 * Math.PI * 1000 * i / 44100);
        float[] out = new Resampler(44100, 32000, Quality.SHARP).resample(sine);
        assertEquals(32000, out.length);
        double worst = 0;
        for (int i = 100; i < out.length - 100; i++) {
            worst = Math.max(worst, Math.abs(out[i] - Math.sin(2 * Math.PI * 1000 * i / 32000)));
        }
        assertTrue(worst < 2e-4, "worst deviation " + worst);
    }

    @Test void sameRateCopies() {
        float[] input = {1, 2, 3};
        float[] output = new Resampler(32000, 32000, Quality.STANDARD).resample(input);
        assertArrayEquals(input, output);
        output[0] = 9;
        assertEquals(1, input[0]);
    }

    @Test void refusesNonsense() {
        assertThrows(IllegalArgumentException.class, () -> new Resampler(0, 1, Quality.STANDARD));
        assertThrows(IllegalArgumentException.class, () -> new Quality(6, Double.NaN));
    }
}
