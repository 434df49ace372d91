package io.vivace.model.nano;

import static io.vivace.model.nano.NanoConfig.BINS;
import static io.vivace.model.nano.NanoConfig.HOP;
import static io.vivace.model.nano.NanoConfig.WINDOW;

import java.util.Arrays;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Shapes signals by factors for each frame and frequency: windowed transforms, products, sum, and back by overlap-add. Frame f covers the samples from
 * {@code f · HOP} − {@value #EDGE} on, so that it stands in the middle of its hop. It runs in double precision beside the network, since a device may compute
 * in few bits, and what leaks from the strong partials of a saw would be heard.
 */
final class Spectra {
    /** Samples of a frame before its hop, and after it. */
    static final int EDGE = (WINDOW - HOP) / 2;
    /** By which the windows of both ways add up. */
    private static final double OVERLAP = 1.5;

    private final DoubleFFT_1D transform = new DoubleFFT_1D(WINDOW);
    private final double[] window = new double[WINDOW], pair = new double[2 * WINDOW], sum = new double[WINDOW];
    /** The frames so far, added up, from the first sample on that a further frame adds to. */
    private final double[] pending = new double[WINDOW];

    Spectra() {
        for (int i = 0; i < WINDOW; i++) window[i] = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * i / WINDOW);
    }

    /**
     * The next frames.
     *
     * @param signals from the first sample of the first frame to the last of the last one; null for a silent one
     * @param factors a table for each signal: [frame · stride + offset + bin]
     * @param samples takes {@code frames · HOP} samples from the first one of the first frame on, which no further frame changes
     */
    void shape(double[][] signals, Factors[] factors, int frames, float[] samples) {
        for (int frame = 0; frame < frames; frame++) {
            Arrays.fill(sum, 0);
            int held = -1;
            for (int i = 0; i < signals.length; i++) {
                if (signals[i] == null) continue;
                if (held >= 0) add(signals[held], factors[held], signals[i], factors[i], frame);
                held = held >= 0 ? -1 : i;
            }
            if (held >= 0) add(signals[held], factors[held], null, null, frame);
            back(samples, frame * HOP);
        }
    }

    /** The samples behind the last frame's hop, as far as its hop's edge reaches: {@value #EDGE} of them, from element {@code at} on. */
    void rest(float[] samples, int at) {
        for (int i = 0; i < EDGE; i++) samples[at + i] = (float) pending[i];
    }

    /** Where the factors of one signal lie. */
    record Factors(float[] table, int offset, int stride) {}

    /** Two real signals go through one complex transform as its real and imaginary part. */
    private void add(double[] x, Factors f, double[] y, Factors g, int frame) {
        for (int i = 0; i < WINDOW; i++) {
            pair[2 * i] = x[frame * HOP + i] * window[i];
            pair[2 * i + 1] = y == null ? 0 : y[frame * HOP + i] * window[i];
        }
        transform.complexForward(pair);
        int atF = f.offset + frame * f.stride, atG = y == null ? 0 : g.offset + frame * g.stride;
        for (int k = 0; k < BINS; k++) {
            int mirror = k == 0 ? 0 : WINDOW - k;
            double a = pair[2 * k], b = pair[2 * k + 1], c = pair[2 * mirror], d = pair[2 * mirror + 1];
            double fx = f.table[atF + k] * 0.5, gy = y == null ? 0 : g.table[atG + k] * 0.5;
            double re = fx * (a + c) + gy * (b + d), im = fx * (b - d) + gy * (c - a);
            // The library's layout: Re 0, Re n/2, Re 1, Im 1, ….
            if (k == BINS - 1) sum[1] += re;
            else sum[2 * k] += re;
            if (k > 0 && k < BINS - 1) sum[2 * k + 1] += im;
        }
    }

    private void back(float[] samples, int at) {
        transform.realInverse(sum, true);
        for (int i = 0; i < WINDOW; i++) pending[i] += sum[i] * window[i] / OVERLAP;
        for (int i = 0; i < HOP; i++) samples[at + i] = (float) pending[i];
        System.arraycopy(pending, HOP, pending, 0, WINDOW - HOP);
        Arrays.fill(pending, WINDOW - HOP, WINDOW, 0);
    }
}
