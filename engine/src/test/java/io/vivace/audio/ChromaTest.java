package io.vivace.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ChromaTest {

    @Test void equalsTransformersAtPublishedSizes() {
        compare("musicgen/chroma", new Chroma(32000, 16384, 4096, 12, 30), 70001);
    }

    @Test void equalsTransformersOnBatchShorterThanWindow() {
        compare("musicgen/chroma-short", new Chroma(8000, 4096, 512, 12, 2), 3001, 2222);
    }

    private static void compare(String name, Chroma chroma, int... lengths) {
        Golden golden = Golden.read(name);
        var batch = new float[lengths.length][];
        for (int row = 0; row < batch.length; row++) {
            batch[row] = Arrays.copyOf(golden.tensors().get("in.audio").row(row), lengths[row]);
        }
        float[][][] actual = chroma.oneHot(batch);
        Golden.Tensor expected = golden.tensors().get("out.chroma");
        assertArrayEquals(expected.dims(), new int[] {actual.length, actual[0].length, actual[0][0].length});
        int longest = Arrays.stream(lengths).max().orElseThrow();
        for (int row = 0; row < batch.length; row++) {
            for (int frame = 0; frame < actual[row].length; frame++) {
                assertArrayEquals(expected.row(row, frame), actual[row][frame], "row " + row + " frame " + frame);
            }
            float[] energies = flat(chroma.energies(Arrays.copyOf(batch[row], longest)));
            double error = Golden.relativeError(golden.tensors().get("mid.energy").row(row), energies);
            assertTrue(error < 2e-6, "energy of row " + row + " has relative error " + error);
        }
    }

    private static float[] flat(float[][] rows) {
        var flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < flat.length; i++) flat[i] = rows[i / rows[0].length][i % rows[0].length];
        return flat;
    }

    @Test void namesEveryNoteOfTheScale() {
        var chroma = new Chroma(32000, 16384, 4096, 12, 30);
        for (int note = 0; note < 12; note++) {
            float[] tone = tone(261.6256 * Math.pow(2, note / 12.0), 32000, 40000);
            float[][] frames = chroma.oneHot(tone);
            assertEquals(1, frames[5][note], "semitone " + note + " above C");
        }
    }

    @Test void silenceAndNothingAreBinZero() {
        var chroma = new Chroma(32000, 16384, 4096, 12, 30);
        for (int length : new int[] {0, 1, 20000}) {
            float[][] frames = chroma.oneHot(new float[length]);
            assertEquals(1 + Math.max(16384, length) / 4096, frames.length);
            for (float[] frame : frames) assertArrayEquals(new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, frame);
        }
    }

    @Test void cutsToChunk() {
        var chroma = new Chroma(8000, 4096, 512, 12, 2);
        assertEquals(1 + 16000 / 512, chroma.oneHot(new float[50000]).length);
    }

    @Test void transformEqualsItsDefinition() {
        int size = 24;
        var stft = new Stft(size, 5);
        float[] signal = tone(1000, 8000, 61);
        double[][] power = stft.power(signal);
        assertEquals(13, power.length);
        assertEquals(size / 2 + 1, power[0].length);
        assertEquals(0.375 * size, stft.windowEnergy(), 1e-12);
        for (int frame = 0; frame < power.length; frame++) {
            for (int k = 0; k < power[0].length; k++) assertEquals(definition(signal, frame * 5, k, size), power[frame][k], 1e-10);
        }
    }

    private static double definition(float[] signal, int centre, int k, int size) {
        double re = 0;
        double im = 0;
        for (int i = 0; i < size; i++) {
            int at = Math.abs(centre - size / 2 + i);
            if (at >= signal.length) at = 2 * (signal.length - 1) - at;
            double x = signal[at] * Math.pow(Math.sin(Math.PI * i / size), 2);
            re += x * Math.cos(2 * Math.PI * k * i / size);
            im += x * Math.sin(2 * Math.PI * k * i / size);
        }
        return re * re + im * im;
    }

    private static float[] tone(double hertz, int rate, int length) {
        var tone = new float[length];
        for (int i = 0; i < length; i++) tone[i] = (float) (0.5 * Math.sin(2 * Math.PI * hertz * i / rate));
        return tone;
    }
}
