package io.vivace.model.melody;

import io.vivace.weights.Json;

/**
 * The dual-path diffusion network.
 *
 * @param latent         channels of the latents
 * @param width          channels of the residual stream, an even multiple of heads
 * @param segment        frames of a segment, an even number
 * @param angleWidth     channels of the angle's embedding
 * @param embedHidden    channels inside the embeddings' perceptrons
 * @param coarseLayers   attention layers of a block's coarse path
 * @param feedHidden     channels inside their feed-forward
 * @param crossRotary    rotary positions in the cross-attention too
 * @param sruLayers      recurrent layers of a block's fine path
 * @param sruHidden      channels of a direction
 * @param gateRecurrence whether the gates see the cell
 * @param guidance       scale where a request names none
 */
public record DiffusionConfig(int latent, int width, int blocks, int segment, int angleWidth, int embedHidden, int heads, int coarseLayers,
        int feedHidden, boolean crossRotary, int sruLayers, int sruHidden, boolean gateRecurrence, double guidance) {
    private static final int MOST = 1 << 20;

    /** @throws io.vivace.BadCheckpoint if a number is missing or makes no sense */
    static DiffusionConfig of(Json.ObjectNode c) {
        int width = c.integer("width", 1, MOST), heads = c.integer("heads", 1, 1 << 12), segment = c.integer("segment", 2, 1 << 12);
        if (width % (2 * heads) != 0) throw c.get("width").wrong("an even multiple of the " + heads + " heads");
        if (segment % 2 != 0) throw c.get("segment").wrong("an even number");
        return new DiffusionConfig(c.integer("latent_channels", 1, MOST), width, c.integer("blocks", 1, 1 << 10), segment,
                c.integer("angle_width", 1, MOST), c.integer("embed_hidden", 1, MOST), heads, c.integer("coarse_layers", 0, 1 << 10),
                c.integer("feed_hidden", 1, MOST), c.flag("cross_rotary"), c.integer("sru_layers", 1, 1 << 10), c.integer("sru_hidden", 1, MOST),
                c.flag("sru_gate_recurrence"), c.number("guidance", 1));
    }

    /** Inputs of a recurrent layer. */
    public int sruInputs(int layer) {
        return layer == 0 ? width : 2 * sruHidden;
    }

    /** Values that a recurrent layer's product makes for each of its channels: where inputs and outputs are as many, the input is the highway. */
    public int sruParts(int layer) {
        return sruInputs(layer) == 2 * sruHidden ? 3 : 4;
    }

    /** Neighbouring columns that the coarse path of a block takes as one, arXiv 2305.15719 §4.2. */
    public int group(int block) {
        return 1 << Math.min(30, Math.min(block, blocks - block));
    }

    /** Segments that so many frames are cut into, which overlap by half. */
    public int segments(int frames) {
        return Math.toIntExact(Math.ceilDiv(2L * frames, segment) + 1);
    }
}
