package io.vivace.audio;

import java.util.Arrays;

/**
 * The melody of a sound as MusicGen melody is conditioned on it: for each frame, the strongest pitch class. Power spectrum (normalised
 * by the window's energy) through a bank of Gaussian bumps an octave apart, then arg-max. Follows transformers'
 * MusicgenMelodyFeatureExtractor; the bank is that of Ellis' chromagram (librosa.filters.chroma): bumps one bin wide on a
 * logarithmic pitch axis, columns of unit L2 norm, weighted towards the fifth octave above 27.5 Hz.
 */
public final class Chroma {
    private static final double LOWEST_A_HERTZ = 27.5;
    private static final double CENTRE_OCTAVE = 5;
    private static final double HALF_WIDTH_OCTAVES = 2;

    private final int fftSize;
    private final int bins;
    private final int longest;
    private final Stft stft;
    private final float[][] bank;

    /**
     * @param sampleRate   Hz of all signals given
     * @param fftSize      samples of a window
     * @param hop          samples between frames
     * @param bins         pitch classes; bin 0 is C if there are 12
     * @param chunkSeconds longer signals are cut to this
     */
    public Chroma(int sampleRate, int fftSize, int hop, int bins, double chunkSeconds) {
        this.fftSize = fftSize;
        this.bins = bins;
        longest = Math.toIntExact((long) (chunkSeconds * sampleRate));
        stft = new Stft(fftSize, hop);
        bank = bank(sampleRate, fftSize, bins);
    }

    /** One-hot frames of one signal, [frames][bins]: 1 at the strongest bin (the first of equals, so bin 0 in silence). */
    public float[][] oneHot(float[] mono) {
        float[][] energies = energies(mono);
        for (float[] frame : energies) {
            int strongest = strongest(frame);
            Arrays.fill(frame, 0);
            frame[strongest] = 1;
        }
        return energies;
    }

    /** One-hot frames of several signals, [batch][frames][bins]; shorter signals are followed by silence up to the longest. */
    public float[][][] oneHot(float[][] batch) {
        int length = Arrays.stream(batch).mapToInt(signal -> signal.length).max().orElse(0);
        return Arrays.stream(batch).map(signal -> oneHot(Arrays.copyOf(signal, length))).toArray(float[][][]::new);
    }

    /** Energy of each pitch class, [frames][bins], before any normalisation. */
    public float[][] energies(float[] mono) {
        double[][] power = stft.power(fitted(mono));
        double norm = 1 / stft.windowEnergy();
        var energies = new float[power.length][bins];
        for (int frame = 0; frame < power.length; frame++) {
            for (int bin = 0; bin < bins; bin++) {
                double sum = 0;
                for (int k = 0; k < power[frame].length; k++) sum += bank[bin][k] * power[frame][k];
                energies[frame][bin] = (float) (sum * norm);
            }
        }
        return energies;
    }

    /** Cut to the chunk; a signal shorter than one window is centred between zeros. */
    private float[] fitted(float[] mono) {
        int length = Math.min(mono.length, longest);
        int missing = Math.max(0, fftSize - length);
        var fitted = new float[length + missing];
        System.arraycopy(mono, 0, fitted, missing / 2, length);
        return fitted;
    }

    private static int strongest(float[] frame) {
        int best = 0;
        for (int bin = 1; bin < frame.length; bin++) if (frame[bin] > frame[best]) best = bin;
        return best;
    }

    /** The filter bank, [bins][fftSize / 2 + 1]. */
    static float[][] bank(int sampleRate, int fftSize, int bins) {
        double[] pitch = pitches(sampleRate, fftSize, bins);
        int rotation = 3 * (bins / 12);                 // the axis starts at A; three semitones further lies C
        double half = Math.rint(bins / 2.0);
        var bank = new float[bins][fftSize / 2 + 1];
        var column = new double[bins];
        for (int k = 0; k <= fftSize / 2; k++) {
            double width = Math.max(pitch[k + 1] - pitch[k], 1);
            double squares = 0;
            for (int bin = 0; bin < bins; bin++) {
                double distance = floorMod(pitch[k] - bin + half, bins) - half;
                column[bin] = Math.exp(-0.5 * square(2 * distance / width));
                squares += square(column[bin]);
            }
            double weight = Math.exp(-0.5 * square((pitch[k] / bins - CENTRE_OCTAVE) / HALF_WIDTH_OCTAVES)) / Math.sqrt(squares);
            for (int bin = 0; bin < bins; bin++) {
                bank[Math.floorMod(bin - rotation, bins)][k] = (float) (column[bin] * weight);
            }
        }
        return bank;
    }

    /** Distance of each FFT frequency from 27.5 Hz, in bins; 0 Hz is put 1.5 octaves below the first. [fftSize / 2 + 2] */
    private static double[] pitches(int sampleRate, int fftSize, int bins) {
        var pitch = new double[fftSize / 2 + 2];
        for (int k = 1; k < pitch.length; k++) {
            pitch[k] = bins * Math.log((double) k * sampleRate / fftSize / LOWEST_A_HERTZ) / Math.log(2);
        }
        pitch[0] = pitch[1] - 1.5 * bins;
        return pitch;
    }

    private static double floorMod(double x, double modulus) {
        return x - modulus * Math.floor(x / modulus);
    }

    private static double square(double x) {
        return x * x;
    }
}
