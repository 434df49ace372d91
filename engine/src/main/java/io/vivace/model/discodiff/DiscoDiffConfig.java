package io.vivace.model.discodiff;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The numbers of DiscoDiff's second network, which makes the latents of all codebooks but the first.
 *
 * @param codebooks   of the codec; also groups of the norms, and heads of attention
 * @param codebookDim channels of a codebook's latents
 * @param width       channels of the first level
 * @param multipliers of the width behind each level
 * @param headDim     channels of a head where attention is not linear
 * @param text        channels of a text state
 * @param chroma      channels of a chroma frame
 * @param frames      of a clip in training
 * @param steps       of the diffusion process
 * @param guidance    scale of classifier-free guidance that the authors take
 * @param prediction  what the network's output is
 * @param means       of each codebook's latents
 * @param deviations  of each codebook's latents
 */
public record DiscoDiffConfig(int codebooks, int codebookDim, int width, int[] multipliers, int headDim, int text, int chroma, int frames, int steps,
        double guidance, Prediction prediction, double[] means, double[] deviations) {
    private static final int MOST = 1 << 20;
    /** Blocks of a level. Behind each but the first stands an attention. */
    public static final int BLOCKS = 5;
    /** The attention of a level that sees chroma, and the one that sees text; those before are linear. */
    public static final int CHROMA = 2, TEXT = 3;
    /** Channels of a head of linear attention. */
    public static final int LINEAR_HEAD = 32;

    /** What the network says of noisy latents {@code x = α·clean + σ·noise}. */
    public enum Prediction {
        /** {@code α·noise − σ·clean} */
        VELOCITY,
        CLEAN,
        NOISE
    }

    /** A residual block by its place in the network, with its channels. */
    public record Block(String name, int inputs, int outputs) {}

    /** One resolution: the channels that come from the side of the latents, and those on the side of the middle. */
    public record Level(int outer, int inner) {}

    /** @throws BadCheckpoint if a number is missing or makes no sense */
    public static DiscoDiffConfig of(Json.ObjectNode config) {
        var read = new DiscoDiffConfig(config.integer("codebooks", 2, 1 << 10), config.integer("codebook_dim", 1, 1 << 10), config.integer("width", 4, MOST),
                config.array("multipliers").integers(1, 1 << 10), config.integer("head_dim", 1, 1 << 12), config.integer("text", 1, MOST),
                config.integer("chroma", 1, MOST), config.integer("frames", 1, MOST), config.integer("steps", 1, 10_000), config.number("guidance"),
                prediction(config), config.array("means").numbers(), config.array("deviations").numbers());
        read.check(config);
        return read;
    }

    private static Prediction prediction(Json.ObjectNode config) {
        return switch (config.text("prediction")) {
            case "velocity" -> Prediction.VELOCITY;
            case "clean" -> Prediction.CLEAN;
            case "noise" -> Prediction.NOISE;
            default -> throw bad(config, "prediction", "must be velocity, clean or noise");
        };
    }

    private void check(Json.ObjectNode config) {
        if (multipliers.length < 1 || multipliers.length > 10) throw bad(config, "multipliers", "must hold 1 to 10 factors");
        if (width % 2 != 0 || width % codebooks != 0) throw bad(config, "width", "must be even and divisible by the " + codebooks + " codebooks");
        for (int multiplier : multipliers) if ((long) multiplier * width > MOST) throw bad(config, "multipliers", "give more than 2^20 channels");
        if (means.length != codebooks) throw bad(config, "means", "must hold a number for each of the " + codebooks + " codebooks");
        if (deviations.length != codebooks) throw bad(config, "deviations", "must hold a number for each of the " + codebooks + " codebooks");
        for (double deviation : deviations) if (!(deviation > 0)) throw bad(config, "deviations", "must be above 0");
    }

    private static BadCheckpoint bad(Json.ObjectNode config, String key, String demand) {
        Json value = config.get(key);
        return new BadCheckpoint(value.at() + " is " + value.brief() + ", but it " + demand + "; correct the config or fetch it again.");
    }

    /** Channels of the latents of all codebooks. */
    public int latents() {
        return codebooks * codebookDim;
    }

    /** Channels of the latents that the network makes: those of all codebooks but the first. */
    public int made() {
        return latents() - codebookDim;
    }

    /** Channels of the embeddings of time and of the whole text. */
    public int embedding() {
        return 4 * width;
    }

    /** Of clips' frames, the number must be divisible by this. */
    public int multiple() {
        return 1 << multipliers.length - 1;
    }

    /** Frames as many as the network takes, these and filling. */
    public int padded(int frames) {
        return Math.multiplyExact(Math.ceilDiv(frames, multiple()), multiple());
    }

    /** Frames that are made at once: as many as a clip had in training. */
    public int window() {
        return padded(frames);
    }

    /** From the latents to the middle. */
    public List<Level> levels() {
        List<Level> levels = new ArrayList<>();
        int outer = width;
        for (int multiplier : multipliers) {
            levels.add(new Level(outer, multiplier * width));
            outer = multiplier * width;
        }
        return levels;
    }

    /** From the middle to the latents. */
    public List<Level> reversed() {
        List<Level> levels = new ArrayList<>(levels());
        Collections.reverse(levels);
        return levels;
    }

    /** All residual blocks in the order in which they run, and in which their modulations lie one after another. */
    public List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < multipliers.length; i++) {
            int width = levels().get(i).outer();
            for (int j = 0; j < BLOCKS; j++) blocks.add(new Block("downs." + i + ".blocks." + j, width, width));
        }
        int middle = levels().getLast().inner();
        for (int j = 0; j < 2; j++) blocks.add(new Block("middle.blocks." + j, middle, middle));
        for (int i = 0; i < multipliers.length; i++) {
            Level level = reversed().get(i);
            for (int j = 0; j < BLOCKS; j++) blocks.add(new Block("ups." + i + ".blocks." + j, level.inner() + level.outer(), level.inner()));
        }
        blocks.add(new Block("final", 2 * width, width));
        return blocks;
    }

    /** Numbers that modulate all blocks: a scale and a shift for each of their channels. */
    public int modulations() {
        return blocks().stream().mapToInt(block -> 2 * block.outputs()).sum();
    }
}
