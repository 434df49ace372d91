package io.vivace.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoudnessTest {

    /** The tables of ITU-R BS.1770-4 annex 1. */
    @Test void filtersEqualTheStandardAt48000() {
        var shelf = GatedLoudness.Biquad.shelf(48000);
        assertEquals(1.53512485958697, shelf.b0, 1e-10);
        assertEquals(-2.69169618940638, shelf.b1, 1e-10);
        assertEquals(1.19839281085285, shelf.b2, 1e-10);
        assertEquals(-1.69065929318241, shelf.a1, 1e-10);
        assertEquals(0.73248077421585, shelf.a2, 1e-10);
        var highPass = GatedLoudness.Biquad.highPass(48000);
        assertEquals(-1.99004745483398, highPass.a1, 1e-10);
        assertEquals(0.99007225036621, highPass.a2, 1e-10);
    }

    /**
     * BS.1770-4: a full-scale sine of 997 Hz in one channel reads -3.01 LKFS. EBU Tech 3341 allows 0.1; other rates
     * than 48 kHz warp the shelf a little.
     */
    @ParameterizedTest
    @ValueSource(ints = {16000, 24000, 32000, 44100, 48000, 96000})
    void fullScaleSineReadsMinusThree(int rate) {
        assertEquals(-3.01, LoudnessReport.of(Clip.mono(sine(997, rate, 5, 0), rate)).integratedLufs(), rate == 48000 ? 0.002 : 0.05);
    }

    /** EBU Tech 3341, cases 1 and 2: a stereo sine of 1 kHz at -23 and -33 dBFS reads that many LUFS, within 0.1. */
    @Test void stereoSineReadsItsLevel() {
        for (double level : new double[] {-23, -33}) {
            assertEquals(level, stereo(level, 20).integratedLufs(), 0.1);
        }
    }

    /** EBU Tech 3341, cases 3 to 5: quiet parts fall to the gates; the last is not gated. */
    @Test void gatesQuietParts() {
        assertEquals(-23, stereo(-36, 10, -23, 60, -36, 10).integratedLufs(), 0.1);
        assertEquals(-23, stereo(-72, 10, -36, 10, -23, 60, -36, 10, -72, 10).integratedLufs(), 0.1);
        assertEquals(-23, stereo(-26, 20, -20, 20.1, -26, 20).integratedLufs(), 0.1);
    }

    private static LoudnessReport stereo(double... levelsAndSeconds) {
        var meter = new LoudnessMeter(2, 48000);
        for (int i = 0; i < levelsAndSeconds.length; i += 2) {
            meter.add(Clip.mono(sine(1000, 48000, levelsAndSeconds[i + 1], levelsAndSeconds[i]), 48000).toStereo());
        }
        return meter.report();
    }

    /** EBU Tech 3341, cases 15 to 18: sines at a quarter of the rate, -6 dBTP whatever the phase, within +0.2 / -0.4 dB. */
    @Test void truePeakLiesBetweenSamples() {
        for (double degrees : new double[] {0, 45, 60, 67.5}) {
            var sine = new float[4800];
            for (int i = 0; i < sine.length; i++) sine[i] = (float) (0.5 * Math.sin(Math.PI * i / 2 + Math.toRadians(degrees)));
            double db = LoudnessReport.of(Clip.mono(sine, 48000)).truePeakDb();
            assertTrue(db > -6.4 && db < -5.8, degrees + " degrees: " + db);
        }
        var shifted = new float[4800];
        for (int i = 0; i < shifted.length; i++) shifted[i] = (float) Math.sin(Math.PI * i / 2 + Math.PI / 4) * smooth(i, 4800);
        LoudnessReport report = LoudnessReport.of(Clip.mono(shifted, 48000));
        assertEquals(Math.sqrt(0.5), report.samplePeak(), 1e-3);
        assertEquals(1, report.truePeak(), 2e-3);
    }

    private static float smooth(int i, int length) {
        return (float) Math.min(1, Math.min(i, length - i) / 1000.0);
    }

    @Test void countsWhatIsWrong() {
        float[] left = {0, 1, -1, 0.5f, Float.NaN, 0.0005f, -2, 0.25f};
        float[] right = {0, 0, 0, 0, Float.NEGATIVE_INFINITY, 0, 0, 0};
        LoudnessReport report = LoudnessReport.of(new Clip(new float[][] {left, right}, 32000));
        assertEquals(8, report.frames());
        assertEquals(2, report.nonFinite());
        assertEquals(3 / 16.0, report.clippingRatio());
        assertEquals(3 / 8.0, report.silenceRatio());
        assertEquals((0.5 + 0.0005 - 2 + 0.25) / 8, report.dcOffset(), 1e-8);
        assertEquals(2, report.samplePeak());
        assertTrue(report.truePeak() >= 2);
        assertEquals(Double.NEGATIVE_INFINITY, report.integratedLufs());
    }

    @Test void silenceAndNothing() {
        for (int frames : new int[] {0, 1, 96000}) {
            LoudnessReport report = LoudnessReport.of(Clip.mono(new float[frames], 32000));
            assertEquals(new LoudnessReport(32000, 1, frames, 0, 0, Double.NEGATIVE_INFINITY, 0, frames == 0 ? 0 : 1, 0, 0), report);
            assertEquals(Double.NEGATIVE_INFINITY, report.truePeakDb());
        }
    }

    @Test void loudnessBelowItsLowestRateIsNotANumber() {
        assertEquals(Double.NaN, LoudnessReport.of(Clip.mono(new float[2000], 1000)).integratedLufs());
    }

    @Test void chunksDoNotMatter() {
        var random = new Random(3);
        var noise = new float[2][50_000];
        for (float[] channel : noise) for (int i = 0; i < channel.length; i++) channel[i] = (float) (0.2 * random.nextGaussian());
        var whole = new Clip(noise, 24000);
        var meter = new LoudnessMeter(2, 24000);
        for (int at = 0, length = 1; at < whole.frames(); at += length, length = 1 + random.nextInt(3000)) {
            meter.add(whole.slice(at, Math.min(whole.frames(), at + length)));
        }
        assertEquals(LoudnessReport.of(whole), meter.report());
        assertEquals(meter.report(), meter.report());
    }

    private static float[] sine(double hertz, int rate, double seconds, double level) {
        var sine = new float[(int) Math.round(rate * seconds)];
        double amplitude = Math.pow(10, level / 20);
        for (int i = 0; i < sine.length; i++) sine[i] = (float) (amplitude * Math.sin(2 * Math.PI * hertz * i / rate));
        return sine;
    }
}
