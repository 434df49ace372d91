package io.vivace.audio;

import org.jtransforms.fft.DoubleFFT_1D;
import org.jtransforms.utils.CommonUtils;

/**
 * Short-time Fourier transform with a periodic Hann window as long as the transform. The signal is padded by reflection with half
 * a window on both sides, so that frame i is centred on sample i·hop (torch.stft with center=True).
 */
public final class Stft {

    static {
        // Large transforms stay on the calling thread: the library's own pool would outlive the call and keep the JVM running.
        CommonUtils.setThreadsBeginN_1D_FFT_2Threads(Long.MAX_VALUE);
        CommonUtils.setThreadsBeginN_1D_FFT_4Threads(Long.MAX_VALUE);
    }

    private final int size;
    private final int hop;
    private final double[] window;
    private final DoubleFFT_1D fft;

    /**
     * @param size samples of a window, an even number
     * @param hop  samples between the centres of neighbouring frames
     */
    public Stft(int size, int hop) {
        if (size < 2 || size % 2 != 0 || hop < 1) {
            throw new IllegalArgumentException("no transform has a size of " + size + " and a hop of " + hop);
        }
        this.size = size;
        this.hop = hop;
        window = hann(size);
        fft = new DoubleFFT_1D(size);
    }

    /** Periodic Hann window: 0.5 - 0.5·cos(2πi / size). */
    static double[] hann(int size) {
        var window = new double[size];
        for (int i = 0; i < size; i++) window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size);
        return window;
    }

    /** Frequencies of a frame, 0 Hz to half the sample rate. */
    public int bins() {
        return size / 2 + 1;
    }

    public int frames(int samples) {
        return 1 + samples / hop;
    }

    /** Sum of the squared window, by which a power spectrum is divided to be independent of the window's length. */
    public double windowEnergy() {
        double sum = 0;
        for (double w : window) sum += w * w;
        return sum;
    }

    /**
     * Squared magnitudes, [frames][bins].
     *
     * @param signal one channel; more than size / 2 samples, since fewer cannot be reflected
     */
    public double[][] power(float[] signal) {
        if (signal.length <= size / 2) {
            throw new IllegalArgumentException("a signal of " + signal.length + " samples cannot be reflected by " + size / 2);
        }
        var power = new double[frames(signal.length)][bins()];
        var spectrum = new double[size];
        for (int frame = 0; frame < power.length; frame++) {
            window(signal, frame * hop - size / 2, spectrum);
            fft.realForward(spectrum);
            squaredMagnitudes(spectrum, power[frame]);
        }
        return power;
    }

    private void window(float[] signal, int start, double[] frame) {
        int last = signal.length - 1;
        for (int i = 0; i < size; i++) {
            int at = Math.abs(start + i);
            frame[i] = window[i] * signal[at <= last ? at : 2 * last - at];
        }
    }

    /** Unpacks the library's layout: Re 0, Re n/2, Re 1, Im 1, Re 2, Im 2, … */
    private static void squaredMagnitudes(double[] packed, double[] power) {
        power[0] = packed[0] * packed[0];
        power[power.length - 1] = packed[1] * packed[1];
        for (int k = 1; k < power.length - 1; k++) {
            power[k] = packed[2 * k] * packed[2 * k] + packed[2 * k + 1] * packed[2 * k + 1];
        }
    }
}
