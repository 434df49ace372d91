package io.vivace.model.dac;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json;
import java.util.Arrays;

/**
 * The numbers of a Descript audio codec. arXiv 2306.06546.
 *
 * @param sampleRate   Hz
 * @param encoderWidth channels next to the audio; doubled at every stage of the encoder
 * @param encoderRates factors by which the stages of the encoder lower the rate, in their order
 * @param decoderWidth channels next to the latents; halved at every stage of the decoder
 * @param decoderRates factors by which the stages of the decoder raise the rate, in their order
 * @param latent       channels of a latent frame
 * @param codebooks    of the residual quantiser
 * @param codebookSize entries of a codebook
 * @param codebookDim  channels of an entry
 */
public record DacConfig(int sampleRate, int encoderWidth, int[] encoderRates, int decoderWidth, int[] decoderRates, int latent, int codebooks,
        int codebookSize, int codebookDim) {
    private static final int MOST = 1 << 20;

    /** @throws BadCheckpoint if a number is missing or makes no sense */
    public static DacConfig of(Json.ObjectNode config) {
        var read = new DacConfig(config.integer("sample_rate", 1, MOST), config.integer("encoder_width", 1, MOST),
                config.array("encoder_rates").integers(2, 1 << 12), config.integer("decoder_width", 1, MOST),
                config.array("decoder_rates").integers(2, 1 << 12), config.integer("latent", 1, MOST), config.integer("codebooks", 1, 1 << 10),
                config.integer("codebook_size", 1, 1 << 24), config.integer("codebook_dim", 1, 1 << 16));
        read.check(config);
        return read;
    }

    private void check(Json.ObjectNode config) {
        if (encoderRates.length > 16 || (long) encoderWidth << encoderRates.length > MOST) {
            throw bad(config, "encoder_width", "must stay below 2^20 channels when doubled at every stage");
        }
        if (decoderRates.length > 16 || decoderWidth % (1 << decoderRates.length) != 0) {
            throw bad(config, "decoder_width", "must be divisible by 2 at every stage");
        }
        long down = product(encoderRates), up = product(decoderRates);
        if (up > MOST) throw bad(config, "decoder_rates", "must multiply to at most 2^20 samples a frame");
        if (down != up) throw bad(config, "decoder_rates", "must multiply to the " + down + " samples that a frame of the encoder takes");
    }

    private static long product(int[] rates) {
        return Arrays.stream(rates).asLongStream().reduce(1, (a, b) -> Math.min(a * b, 1L << 40));
    }

    private static BadCheckpoint bad(Json.ObjectNode config, String key, String demand) {
        Json value = config.get(key);
        return new BadCheckpoint(value.at() + " is " + value.brief() + ", but it " + demand + "; correct the config or fetch it again.");
    }

    /** Samples that a frame of codes stands for. */
    public int hop() {
        return (int) product(decoderRates);
    }

    /** Samples of a decoded clip: a stage of an odd rate r gives one frame less than r a frame. */
    public long samples(long frames) {
        long samples = frames;
        for (int rate : decoderRates) samples = Math.max(0, samples * rate - rate % 2);
        return samples;
    }
}
