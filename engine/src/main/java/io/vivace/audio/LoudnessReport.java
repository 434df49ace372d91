package io.vivace.audio;

/**
 * How loud a sound is and whether something is wrong with it. Samples that are not finite are counted and taken as 0.
 *
 * @param frames         samples of each channel
 * @param samplePeak     greatest magnitude of a sample; 1 is full scale
 * @param truePeak       greatest magnitude of the sound between the samples too, four times oversampled; at least samplePeak
 * @param integratedLufs loudness by ITU-R BS.1770-4 with both gates, every channel weighted 1; negative infinity if nothing passes the
 *                       gates or the sound is shorter than one block of 0.4 s; NaN below {@link LoudnessMeter#MIN_HERTZ}
 * @param clippingRatio  share of the samples at full scale or beyond (that is, the highest 16-bit value or more)
 * @param silenceRatio   share of the frames in which every channel is below -60 dB of full scale
 * @param dcOffset       mean of the channel whose mean is farthest from 0
 * @param nonFinite      samples that are NaN or infinite
 */
public record LoudnessReport(int sampleRate, int channels, long frames, double samplePeak, double truePeak, double integratedLufs,
                             double clippingRatio, double silenceRatio, double dcOffset, long nonFinite) {

    public static LoudnessReport of(Clip clip) {
        return new LoudnessMeter(clip.channels(), clip.sampleRate()).add(clip).report();
    }

    /** dBFS; negative infinity in silence. */
    public double samplePeakDb() {
        return 20 * Math.log10(samplePeak);
    }

    /** dBTP; negative infinity in silence. */
    public double truePeakDb() {
        return 20 * Math.log10(truePeak);
    }
}
