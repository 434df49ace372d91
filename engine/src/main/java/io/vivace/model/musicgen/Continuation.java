package io.vivace.model.musicgen;

import io.vivace.BadCheckpoint;
import io.vivace.audio.Clip;
import io.vivace.audio.Resampler;
import io.vivace.model.encodec.Encodec;

/** Sound as codes of the decoder's codebooks, and back to channels: a stereo model's codebooks alternate between left and right. */
final class Continuation {
    static final Resampler.Quality QUALITY = Resampler.Quality.SHARP;

    private Continuation() {}

    /** The sound at the model's rate and with its channels. */
    static Clip fitted(Clip clip, MusicGenConfig config) {
        Clip channels = config.decoder().channels() == 2 ? clip.toStereo() : clip.toMono();
        return channels.resampled(config.codec().sampleRate(), QUALITY);
    }

    /**
     * Codes of a sound.
     *
     * @param audio [batch][channels][samples]
     * @return [batch][codebooks][frames]
     */
    static int[][][] codes(float[][][] audio, MusicGenConfig config, Encodec codec) {
        int channels = config.decoder().channels(), codebooks = config.decoder().codebooks();
        var codes = new int[audio.length][codebooks][];
        Double bandwidth = bandwidth(config);
        for (int b = 0; b < audio.length; b++) {
            for (int c = 0; c < channels; c++) {
                int[][] channel = codec.encode(new float[][][] {{audio[b][c]}}, null, bandwidth).codes()[0][0];
                for (int k = 0; k < channel.length; k++) codes[b][k * channels + c] = channel[k];
            }
        }
        return codes;
    }

    /**
     * The codes of each channel as a row of the codec's batch: [batch][codebooks][frames] to
     * [batch · channels][codebooks / channels][frames].
     */
    static int[][][] channels(int[][][] codes, int channels) {
        var rows = new int[codes.length * channels][codes[0].length / channels][];
        for (int b = 0; b < codes.length; b++) {
            for (int k = 0; k < codes[b].length; k++) rows[b * channels + k % channels][k / channels] = codes[b][k];
        }
        return rows;
    }

    /** The bandwidth that gives every codebook of a channel. */
    private static Double bandwidth(MusicGenConfig config) {
        int wanted = config.decoder().codebooks() / config.decoder().channels();
        for (double bandwidth : config.codec().bandwidths()) {
            if (config.codec().quantizersFor(bandwidth) == wanted) return bandwidth;
        }
        throw new BadCheckpoint("No bandwidth of the codec gives " + wanted + " codebooks, so it cannot encode what the decoder takes; "
                + "convert the model again.");
    }
}
