package io.vivace.model.ssmttm;

import io.vivace.BadCheckpoint;
import io.vivace.model.dac.DacConfig;
import io.vivace.model.discodiff.DiscoDiffConfig;
import io.vivace.model.t5.T5Config;
import io.vivace.model.t5.T5Encoder;
import io.vivace.weights.Json;

/**
 * Everything that the file says about an SSM-TTM model.
 *
 * @param codec    null in a file that was converted without one; it cannot compose
 * @param second   the diffusion model that makes the other codebooks out of the first, or null
 * @param guidance scale where a request names none
 */
record SsmTtmConfig(T5Config text, LmConfig lm, DacConfig codec, Second second, double guidance) {

    /**
     * The second stage with the text encoder that it hears.
     *
     * @param prefix of the names of the encoder's weights
     */
    record Second(DiscoDiffConfig network, T5Config text, String prefix) {}

    SsmTtmConfig {
        if (text.model() != lm.textWidth()) {
            throw new BadCheckpoint("The text encoder is " + text.model() + " wide, but the language model takes " + lm.textWidth()
                    + "; convert the model again.");
        }
        if (codec != null && (codec.codebookSize() != lm.special() || codec.codebooks() < lm.codebooks())) {
            throw new BadCheckpoint("The codec has " + codec.codebooks() + " codebooks of " + codec.codebookSize() + " codes, but the language model draws "
                    + lm.codebooks() + " of " + lm.special() + "; convert the model again, with the codec that it was trained with.");
        }
        if (second != null && (codec == null || lm.codebooks() != 1 || second.network.codebooks() != codec.codebooks()
                || second.network.codebookDim() != codec.codebookDim() || second.text.model() != second.network.text())) {
            throw new BadCheckpoint("The second stage does not fit language model, codec and text encoder; convert the model again.");
        }
    }

    /** @throws BadCheckpoint if a number is missing or does not fit the others */
    static SsmTtmConfig of(Json.ObjectNode json) {
        T5Config text = T5Config.of(json.object("text"));
        return new SsmTtmConfig(text, LmConfig.of(json.object("lm")), json.has("codec") ? DacConfig.of(json.object("codec")) : null, second(json, text),
                json.object("generation").number("guidance"));
    }

    /** Where the file holds no text encoder of its own for the second stage, both hear the same. */
    private static Second second(Json.ObjectNode json, T5Config text) {
        if (!json.has("second")) return null;
        boolean own = json.has("second_text");
        return new Second(DiscoDiffConfig.of(json.object("second")), own ? T5Config.of(json.object("second_text")) : text,
                own ? "second.text." : T5Encoder.PREFIX);
    }

    /** Codebooks that the codec is given. */
    int codebooks() {
        return second == null ? lm.codebooks() : second.network.codebooks();
    }

    /** Frames of codes that hold so many samples. */
    int frames(int samples) {
        int frames = Math.ceilDiv(samples, codec.hop());
        while (codec.samples(frames) < samples) frames++;
        return frames;
    }

    /** Columns that are drawn for so many frames: the last codebook runs behind. */
    int steps(int frames) {
        return frames + lm.codebooks() - 1;
    }
}
