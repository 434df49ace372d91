package io.vivace.model.musicgen;

import io.vivace.BadCheckpoint;
import io.vivace.graph.Activation;
import io.vivace.nn.ActivationNames;
import io.vivace.weights.Json;

/**
 * Sizes of MusicGen's decoder.
 *
 * @param vocabulary     codes of a codebook, without the pad
 * @param codebooks      codes a frame, of all channels together
 * @param channels       1, or 2: even codebooks are left, odd ones right
 * @param maxPositions   most frames that a pass may reach, prefix included
 * @param pad            id of the start column and of the places that the delay pattern leaves empty
 * @param crossAttention whether the text is attended to; else conditions stand before the codes
 */
public record DecoderConfig(int vocabulary, int hidden, int layers, int heads, int feedForward, int codebooks, int channels,
                            Activation activation, int maxPositions, int pad, boolean crossAttention) {
    private static final int MOST = 1 << 20;

    public DecoderConfig {
        if (hidden % heads != 0 || hidden % 2 != 0 || hidden < 4) {
            throw new BadCheckpoint("The config's decoder.hidden is " + hidden + ", but must be even, at least 4 and a multiple of the "
                    + heads + " heads; convert the model again.");
        }
        if (codebooks % channels != 0) {
            throw new BadCheckpoint("The config's decoder.codebooks is " + codebooks + ", but must be a multiple of the " + channels
                    + " channels; convert the model again.");
        }
        if (pad != vocabulary) {
            throw new BadCheckpoint("The config's decoder.pad is " + pad + ", but must follow the " + vocabulary
                    + " codes; convert the model again.");
        }
    }

    /** @throws BadCheckpoint if a number is missing or out of range */
    static DecoderConfig of(Json.ObjectNode json) {
        int vocabulary = json.integer("vocab", 1, MOST);
        return new DecoderConfig(vocabulary, json.integer("hidden", 2, MOST), json.integer("layers", 1, 1024),
                json.integer("heads", 1, 1024), json.integer("feed_forward", 1, MOST), json.integer("codebooks", 1, 64),
                json.integer("channels", 1, 2), ActivationNames.read(json, "activation"), json.integer("max_positions", 1, MOST),
                json.integer("pad", 0, MOST), json.flag("cross_attention"));
    }
}
