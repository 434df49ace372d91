package io.vivace.model.encodec;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.weights.Json;
import java.util.Arrays;

/**
 * The numbers of an EnCodec model.
 *
 * @param sampleRate     Hz
 * @param channels       1 or 2
 * @param ratios         upsampling factors in the order of the decoder
 * @param filters        channels next to the audio
 * @param residualLayers residual blocks a level
 * @param kernel         taps of the first convolution
 * @param lastKernel     taps of the last convolution
 * @param residualKernel taps inside a residual block
 * @param dilationGrowth factor of the dilation from one residual block of a level to the next
 * @param compress       factor by which residual blocks narrow inside
 * @param causal         whether all padding goes to the left
 * @param convShortcut   whether residual blocks add a convolution of their input, not the input itself
 * @param trimRightRatio share of a transposed convolution's surplus that is cut off on the right, where causal
 * @param groupNorm      whether convolutions are followed by one group norm over channels and time
 * @param normalize      whether audio is divided by its loudness, chunk by chunk
 * @param chunk          samples of a chunk, or 0 to encode in one piece
 * @param chunkStride    samples from the start of a chunk to the start of the next, or 0
 * @param hidden         channels of a latent frame, and of a codebook
 * @param codebookSize   entries of a codebook, a power of two
 * @param bandwidths     that may be asked for, in kbit/s, the lowest first
 */
public record EncodecConfig(int sampleRate, int channels, int[] ratios, int filters, int residualLayers, int kernel, int lastKernel,
        int residualKernel, int dilationGrowth, int compress, int lstmLayers, boolean causal, boolean convShortcut, Pad.Mode padMode,
        double trimRightRatio, boolean groupNorm, boolean normalize, int chunk, int chunkStride, int hidden, int codebookSize,
        double[] bandwidths) {

    /** @throws BadCheckpoint if a number is missing or makes no sense */
    public static EncodecConfig of(Json.ObjectNode config) {
        int rate = config.integer("sample_rate", 1, 1 << 20);
        int chunk = config.has("chunk_seconds") ? samples(config, "chunk_seconds", rate) : 0;
        EncodecConfig read = new EncodecConfig(rate, config.integer("channels", 1, 2), config.array("ratios").integers(1, 1 << 12),
                config.integer("filters", 1, 1 << 16), config.integer("residual_layers", 0, 64), config.integer("kernel", 1, 1 << 12),
                config.integer("last_kernel", 1, 1 << 12), config.integer("residual_kernel", 1, 1 << 12),
                config.integer("dilation_growth", 1, 1 << 12), config.integer("compress", 1, 1 << 16), config.integer("lstm_layers", 0, 64),
                config.flag("causal"), config.flag("conv_shortcut"), padMode(config), config.number("trim_right_ratio"), norm(config),
                config.flag("normalize"), chunk, chunk == 0 ? 0 : stride(config, chunk), config.integer("hidden", 1, 1 << 16),
                config.integer("codebook_size", 2, 1 << 24), config.array("bandwidths").numbers());
        read.check(config);
        return read;
    }

    /** Samples a frame of codes stands for. */
    public int hop() {
        int hop = 1;
        for (int ratio : ratios) hop = Math.multiplyExact(hop, ratio);
        return hop;
    }

    /** Frames a second, rounded up. */
    public int frameRate() {
        return (sampleRate + hop() - 1) / hop();
    }

    /** Codebooks of the model. */
    public int quantizers() {
        return (int) Math.floor(1000 * bandwidths[bandwidths.length - 1] / (frameRate() * bits()));
    }

    /**
     * Codebooks used at a bandwidth.
     *
     * @param bandwidth kbit/s, or null for the lowest
     * @throws BadRequest if the model does not know that bandwidth
     */
    public int quantizersFor(Double bandwidth) {
        double wanted = bandwidth == null ? bandwidths[0] : bandwidth;
        if (Arrays.stream(bandwidths).noneMatch(known -> known == wanted)) {
            throw new BadRequest("The codec has no bandwidth " + wanted + "; choose one of " + Arrays.toString(bandwidths) + ".");
        }
        return Math.min(quantizers(), (int) Math.max(1, Math.floor(wanted * 1000 / (bits() * frameRate()))));
    }

    /** Whether clips are cut into overlapping chunks. */
    public boolean chunked() {
        return chunk > 0;
    }

    /** Bits of a code. */
    private int bits() {
        return Integer.numberOfTrailingZeros(codebookSize);
    }

    private static int samples(Json.ObjectNode config, String key, int rate) {
        double samples = config.number(key) * rate;
        if (!(samples >= 1 && samples <= Integer.MAX_VALUE)) throw bad(config, key, "must be at least one sample long");
        return (int) samples;
    }

    private static int stride(Json.ObjectNode config, int chunk) {
        double overlap = config.number("overlap");
        if (!(overlap >= 0 && overlap < 1)) throw bad(config, "overlap", "must be at least 0 and less than 1");
        return Math.max(1, (int) ((1 - overlap) * chunk));
    }

    private static boolean norm(Json.ObjectNode config) {
        return switch (config.text("norm")) {
            case "weight_norm" -> false;
            case "time_group_norm" -> true;
            default -> throw bad(config, "norm", "must be weight_norm or time_group_norm");
        };
    }

    private static Pad.Mode padMode(Json.ObjectNode config) {
        return switch (config.text("pad_mode")) {
            case "constant" -> Pad.Mode.ZERO;
            case "reflect" -> Pad.Mode.REFLECT;
            case "replicate" -> Pad.Mode.REPLICATE;
            default -> throw bad(config, "pad_mode", "must be constant, reflect or replicate");
        };
    }

    private void check(Json.ObjectNode config) {
        if (ratios.length == 0 || ratios.length > 16) throw bad(config, "ratios", "must hold 1 to 16 factors");
        long hop = 1, widest = (long) filters << ratios.length;
        for (int ratio : ratios) hop = Math.min(1L << 40, hop * ratio);
        if (hop > 1 << 20) throw bad(config, "ratios", "multiply to more than 2^20 samples a frame");
        if (widest > 1 << 20) throw bad(config, "filters", "doubled at every ratio gives more than 2^20 channels");
        if (compress > filters) throw bad(config, "compress", "must not exceed filters");
        if (Math.pow(dilationGrowth, Math.max(0, residualLayers - 1)) * residualKernel > 1 << 20) {
            throw bad(config, "dilation_growth", "gives dilations beyond 2^20 samples");
        }
        if (Integer.bitCount(codebookSize) != 1) throw bad(config, "codebook_size", "must be a power of two");
        if (config.integer("codebook_dim", 1, 1 << 16) != hidden) throw bad(config, "codebook_dim", "must equal hidden");
        if (!(trimRightRatio >= 0 && trimRightRatio <= 1)) throw bad(config, "trim_right_ratio", "must be between 0 and 1");
        if (!causal && trimRightRatio != 1) throw bad(config, "trim_right_ratio", "must be 1 where convolutions are not causal");
        boolean some = bandwidths.length > 0 && quantizers() >= 1 && quantizers() <= 1024;
        if (!some) throw bad(config, "bandwidths", "must give 1 to 1024 codebooks");
    }

    private static BadCheckpoint bad(Json.ObjectNode config, String key, String demand) {
        Json value = config.get(key);
        return new BadCheckpoint(value.at() + " is " + value.brief() + ", but it " + demand + "; correct the config or fetch it again.");
    }
}
