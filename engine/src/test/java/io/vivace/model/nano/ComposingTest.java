package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Defaults;
import io.vivace.Denoising;
import io.vivace.Listener;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.model.Run;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComposingTest {
    private static final NanoConfig CONFIG = TinyNano.CONFIG;
    private static final Weights WEIGHTS = TinyNano.weights();
    private static final Backend BACKEND = new CpuBackend(2, false);
    private static final Parts PARTS = new Parts(null, new BarWriter(CONFIG, BACKEND, WEIGHTS), new LatentSampler(CONFIG, BACKEND, WEIGHTS),
            new SoundDecoder(CONFIG, BACKEND, WEIGHTS));
    private static final Denoising TWO_STEPS = Denoising.STANDARD.withSteps(2);

    @AfterAll static void close() {
        PARTS.writer().close();
        PARTS.sampler().close();
        PARTS.decoder().close();
        BACKEND.close();
    }

    private static Job job(double seconds, boolean loop) {
        Request request = Request.of("rock").withSeconds(seconds).withSeed(5).withLoop(loop).or(new Defaults(1, CONFIG.lm().drawing(), TWO_STEPS));
        return Job.of(CONFIG, request, TinyNano.sheet());
    }

    private record Made(float[] samples, List<Integer> pieces, Report report) {}

    private static Made compose(Job job) {
        var run = new Run(Listener.NONE, 0);
        var samples = new float[job.samples()];
        List<Integer> pieces = new ArrayList<>();
        int[] at = new int[1];
        new Composing(CONFIG, PARTS, job, run).compose(piece -> {
            System.arraycopy(piece[0], 0, samples, at[0], piece[0].length);
            at[0] += piece[0].length;
            pieces.add(piece[0].length);
        });
        assertEquals(job.samples(), at[0]);
        return new Made(samples, pieces, run.report(1));
    }

    private static double power(float[] samples, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) sum += samples[i] * samples[i];
        return sum / (to - from);
    }

    @ParameterizedTest @ValueSource(doubles = {0.001, 0.3, 2, 3.77, 9})
    void aClipHasItsLengthAndItsPasses(double seconds) {
        Job job = job(seconds, false);
        Made made = compose(job);
        assertEquals(Math.round(seconds * 24000), made.samples.length);
        assertEquals(Math.max(2, Math.round(seconds / 2)), job.bars(), "bars of two seconds");
        assertEquals(2L * job.windows(CONFIG), made.report.passes().get(Stage.DENOISE));
        assertEquals(job.stretches(CONFIG), made.report.passes().get(Stage.CODEC));
        assertTrue(power(made.samples, 0, made.samples.length) > 0);
        assertEquals(0, made.samples[made.samples.length - 1], 0f, "faded away");
    }

    @Test void samplesComeAsSoonAsTheyAreKnown() {
        Made made = compose(job(9, false));
        assertTrue(made.pieces.size() > 2, "pieces " + made.pieces);
        assertTrue(made.pieces.stream().allMatch(length -> length <= 376 * 192), "pieces " + made.pieces);
    }

    @Test void theSameTwice() {
        assertArrayEquals(compose(job(3, false)).samples, compose(job(3, false)).samples);
    }

    @Test void theEndFadesLongerWhereTheLastBarIsCutOff() {
        float[] cut = compose(job(5.2, false)).samples, whole = compose(job(6.4, false)).samples;
        assertEquals(6, job(5.2, false).bars() * 2);
        assertEquals(6, job(6.4, false).bars() * 2);
        assertTrue(power(cut, cut.length - 2400, cut.length) < power(cut, cut.length - 12000, cut.length - 7200));
        assertTrue(power(whole, whole.length - 4800, whole.length - 1200) > 1e-8, "the last chord rings");
    }

    /** What was heard before the first bar is heard at the end, so that the first sample follows the last. */
    @Test void aLoopGoesOnWhereItBegan() {
        Job job = job(4.3, true);
        assertEquals(2, job.bars());
        assertEquals(4 * 24000, job.samples());
        assertEquals(2 * 24000, job.before());
        float[] loop = compose(job).samples;
        double largest = 0, seam = Math.abs(loop[0] - loop[loop.length - 1]);
        for (int i = 1; i < 4800; i++) largest = Math.max(largest, Math.abs(loop[i] - loop[i - 1]));
        assertTrue(seam <= largest, "a step of " + seam + " where the largest within is " + largest);
    }

    @Test void anotherSeedIsOtherMusic() {
        Job job = job(2, false), other = new Job(job.request().withSeed(6), job.sheet(), job.secondsPerBar(), job.bars());
        assertFalse(Arrays.equals(compose(job).samples, compose(other).samples));
    }

    @Test void whatIsTooLoudIsBent() {
        assertEquals(0.5f, Finish.limited(0.5f));
        assertEquals(-0.6f, Finish.limited(-0.6f));
        assertTrue(Finish.limited(0.7f) > 0.6 && Finish.limited(0.7f) < 0.7);
        assertEquals(-0.89f, Finish.limited(-100), 1e-6f);
        assertTrue(Float.isNaN(Finish.limited(Float.NaN)));
    }
}
