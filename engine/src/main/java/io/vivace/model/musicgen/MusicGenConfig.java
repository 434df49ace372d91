package io.vivace.model.musicgen;

import io.vivace.BadCheckpoint;
import io.vivace.model.encodec.EncodecConfig;
import io.vivace.model.t5.T5Config;
import io.vivace.weights.Json;

/**
 * Everything that the file says about a MusicGen model. A decoder alone has neither text encoder nor codec: both are null.
 *
 * @param textProjection whether text states are brought to the decoder's width by a matrix
 * @param chroma         of the melody models, else null
 * @param maxLength      columns that the model was made to compose in one piece, 0: not said
 * @param guidance       scale where a request names none
 */
record MusicGenConfig(T5Config text, EncodecConfig codec, DecoderConfig decoder, boolean textProjection, Chroma chroma, int maxLength,
        double guidance) {
    private static final int WINDOW_SECONDS = 30;
    /** That of every published checkpoint. */
    private static final double STANDARD_GUIDANCE = 3;

    /**
     * How a melody becomes frames.
     *
     * @param length       frames that stand before the codes
     * @param bins         pitch classes
     * @param sampleRate   Hz
     * @param fftSize      samples of a window
     * @param hop          samples between frames
     * @param chunkSeconds what is longer is cut; a fraction is possible where audiocraft trained on such segments
     */
    record Chroma(int length, int bins, int sampleRate, int fftSize, int hop, double chunkSeconds) {}

    MusicGenConfig {
        if (text != null && !textProjection && text.model() != decoder.hidden()) {
            throw new BadCheckpoint("The text encoder is " + text.model() + " wide and the decoder " + decoder.hidden()
                    + ", but there is no projection between them; convert the model again.");
        }
        if (codec != null && !decoder.crossAttention() && chroma == null) {
            throw new BadCheckpoint("The config's decoder.cross_attention is false, but there is no chroma to put in front; convert "
                    + "the model again.");
        }
        if (codec != null && codec.channels() != 1) {
            throw new BadCheckpoint("The codec has " + codec.channels() + " channels, but MusicGen's has one; convert the model again.");
        }
        if (codec != null && codec.codebookSize() != decoder.vocabulary()) {
            throw new BadCheckpoint("The codec has " + codec.codebookSize() + " codes a codebook and the decoder " + decoder.vocabulary()
                    + "; convert the model again.");
        }
    }

    /** @throws BadCheckpoint if a number is missing or does not fit the others */
    static MusicGenConfig of(Json.ObjectNode json) {
        if (!json.has("codec")) return new MusicGenConfig(null, null, DecoderConfig.of(json.object("decoder")), false, null, 0, STANDARD_GUIDANCE);
        Json.ObjectNode generation = json.object("generation");
        return new MusicGenConfig(T5Config.of(json.object("text")), EncodecConfig.of(json.object("codec")),
                DecoderConfig.of(json.object("decoder")), json.flag("text_projection"), json.has("chroma") ? chroma(json) : null,
                generation.integer("max_length", 0, 1 << 24, 0), generation.number("guidance", STANDARD_GUIDANCE));
    }

    private static Chroma chroma(Json.ObjectNode json) {
        Json.ObjectNode chroma = json.object("chroma");
        return new Chroma(json.integer("chroma_length", 1, 1 << 16), json.integer("num_chroma", 1, 1 << 10),
                chroma.integer("sampling_rate", 1, 1 << 20), chroma.integer("n_fft", 2, 1 << 20),
                chroma.integer("hop_length", 1, 1 << 20), chunkSeconds(chroma.number("chunk_length")));
    }

    private static double chunkSeconds(double seconds) {
        if (seconds > 0 && seconds <= 3600) return seconds;
        throw new BadCheckpoint("The config's chroma.chunk_length is " + seconds + ", but above 0 and at most 3600 s are needed; convert the model again.");
    }

    /** Channels of the states that the decoder is given. */
    int textWidth() {
        return text == null ? decoder.hidden() : text.model();
    }

    DelayPattern pattern() {
        return DelayPattern.of(decoder);
    }

    int samplesPerFrame() {
        return codec.hop();
    }

    /** Code frames a second, rounded up. */
    int frameRate() {
        return codec.frameRate();
    }

    /** Windows that leave room for a prefix within the decoder's positions. */
    Windows windows(int prefix) {
        int wanted = maxLength > 0 ? maxLength : WINDOW_SECONDS * frameRate();
        int room = decoder.maxPositions() - prefix - pattern().columns(0);
        if (room < 2) {
            throw new BadCheckpoint("The config's decoder.max_positions is " + decoder.maxPositions() + ", which leaves no room "
                    + "for music after " + prefix + " frames of conditions; convert the model again.");
        }
        return Windows.of(Math.min(wanted, room));
    }
}
