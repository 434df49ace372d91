package io.vivace.model.ssmttm;

import io.vivace.BadCheckpoint;
import io.vivace.model.dac.DacConfig;
import io.vivace.model.t5.T5Config;
import io.vivace.weights.Json;

/**
 * Everything that the file says about an SSM-TTM model.
 *
 * @param codec    null in a file that was converted without one; it cannot compose
 * @param guidance scale where a request names none
 */
record SsmTtmConfig(T5Config text, LmConfig lm, DacConfig codec, double guidance) {

    SsmTtmConfig {
        if (text.model() != lm.textWidth()) {
            throw new BadCheckpoint("The text encoder is " + text.model() + " wide, but the language model takes " + lm.textWidth() + "; convert the model again.");
        }
        if (codec != null && (codec.codebookSize() != lm.special() || codec.codebooks() < lm.codebooks())) {
            throw new BadCheckpoint("The codec has " + codec.codebooks() + " codebooks of " + codec.codebookSize() + " codes, but the language model draws "
                    + lm.codebooks() + " of " + lm.special() + "; convert the model again, with the codec that it was trained with.");
        }
    }

    /** @throws BadCheckpoint if a number is missing or does not fit the others */
    static SsmTtmConfig of(Json.ObjectNode json) {
        return new SsmTtmConfig(T5Config.of(json.object("text")), LmConfig.of(json.object("lm")), json.has("codec") ? DacConfig.of(json.object("codec")) : null,
                json.object("generation").number("guidance"));
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
