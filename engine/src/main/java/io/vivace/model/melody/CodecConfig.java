package io.vivace.model.melody;

import io.vivace.weights.Json;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The audio VAE-GAN.
 *
 * @param latent      channels of the latents
 * @param latentScale latents are means divided by it
 * @param encoder     null where the file has none
 */
public record CodecConfig(int sampleRate, int latent, double latentScale, Tower encoder, Tower decoder) {
    /** Taps of the first and the last convolution. */
    public static final int END_KERNEL = 7;
    private static final int MOST = 1 << 16;

    /**
     * One of the two networks: a first convolution, stages of resampling and residual blocks, a last convolution.
     *
     * @param inputWidth channels after the first convolution
     * @param widths     channels after each stage
     * @param rates      by which each stage changes the number of frames
     * @param kernels    taps of each stage's resampling convolution, at least its rate
     * @param blocks     parallel residual blocks of a stage, whose mean goes on
     */
    public record Tower(int inputWidth, List<Integer> widths, List<Integer> rates, List<Integer> kernels, List<Block> blocks) {
        /** Samples a latent frame. */
        public int hop() {
            return rates.stream().reduce(1, Math::multiplyExact);
        }

        /** Channels that stage {@code stage} gets. */
        public int inputs(int stage) {
            return stage == 0 ? inputWidth : widths.get(stage - 1);
        }

        /** What is cut off on each side of a resampling convolution, so that lengths change by the rate exactly. */
        public int padding(int stage) {
            return Math.ceilDiv(kernels.get(stage) - rates.get(stage), 2);
        }
    }

    /** A residual block: pairs of a dilated and a plain convolution of {@code kernel} taps, an odd number. */
    public record Block(int kernel, List<Integer> dilations) {}

    /** @throws io.vivace.BadCheckpoint if a number is missing or makes no sense */
    static CodecConfig of(Json.ObjectNode config) {
        double scale = config.number("latent_scale");
        if (!(scale > 0)) throw config.get("latent_scale").wrong("a number above 0");
        Tower encoder = config.has("encoder") ? tower(config.object("encoder")) : null, decoder = tower(config.object("decoder"));
        if (encoder != null && encoder.hop() != decoder.hop()) {
            throw config.object("encoder").get("rates").wrong("rates whose product is the decoder's, " + decoder.hop() + ",");
        }
        return new CodecConfig(config.integer("sample_rate", 1, 1 << 20), config.integer("latent_channels", 1, MOST), scale, encoder, decoder);
    }

    private static Tower tower(Json.ObjectNode config) {
        List<Integer> widths = list(config, "widths"), rates = list(config, "rates"), kernels = list(config, "kernels");
        if (widths.isEmpty() || widths.size() > 16) throw config.get("widths").wrong("1 to 16 numbers");
        if (rates.size() != widths.size()) throw config.get("rates").wrong("as many numbers as widths");
        if (kernels.size() != widths.size()) throw config.get("kernels").wrong("as many numbers as widths");
        long hop = 1;
        for (int i = 0; i < rates.size(); i++) {
            if (kernels.get(i) < rates.get(i)) throw config.get("kernels").wrong("kernels of at least their rate");
            if (rates.get(i) == 1 && kernels.get(i) % 2 == 0) throw config.get("kernels").wrong("odd kernels where the rate is 1");
            hop = Math.min(1 << 21, hop * rates.get(i));
        }
        if (hop > 1 << 20) throw config.get("rates").wrong("a product of at most 2^20");
        return new Tower(config.integer("input_width", 1, MOST), widths, rates, kernels, blocks(config));
    }

    private static List<Block> blocks(Json.ObjectNode config) {
        List<Integer> kernels = list(config, "block_kernels");
        List<Json> dilations = config.array("block_dilations").elements();
        if (kernels.isEmpty() || kernels.stream().anyMatch(kernel -> kernel % 2 == 0)) throw config.get("block_kernels").wrong("odd numbers");
        if (dilations.size() != kernels.size()) throw config.get("block_dilations").wrong("as many lists as block_kernels");
        return IntStream.range(0, kernels.size()).mapToObj(i -> {
            if (!(dilations.get(i) instanceof Json.ArrayNode list)) throw dilations.get(i).wrong("a list of numbers");
            return new Block(kernels.get(i), Arrays.stream(list.integers(1, 1 << 12)).boxed().toList());
        }).toList();
    }

    private static List<Integer> list(Json.ObjectNode config, String key) {
        return Arrays.stream(config.array(key).integers(1, MOST)).boxed().toList();
    }

    /** Samples a latent frame. */
    public int hop() {
        return decoder.hop();
    }
}
