package io.vivace.model.ssmttm;

import io.vivace.BadCheckpoint;
import io.vivace.model.ssm.MixerConfig;
import io.vivace.weights.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The music language model.
 *
 * @param vocabulary  rows of a codebook's table and head
 * @param special     the id of the start and of empty places; the codes of the codec are those below it
 * @param codebooks   codes a frame; codebook k runs k columns behind the first
 * @param heads       of self- and cross-attention
 * @param feedForward channels inside an MLP
 * @param mixer       of all Mamba-2 layers, or null where there are none
 * @param masked      whether text rows behind the prompt's end are zeroed before they enter the prefix
 * @param textWidth   channels of the text encoder
 * @param leastText   rows that text is filled up to
 * @param textFill    token id that it is filled up with
 */
public record LmConfig(int hidden, int vocabulary, int special, int codebooks, int heads, int feedForward, MixerConfig mixer, List<Block> blocks,
        boolean masked, int textWidth, int leastText, int textFill) {
    /** Of all norms. */
    static final double EPSILON = 1e-5;
    private static final int MOST = 1 << 20;

    /** @throws BadCheckpoint if a number is missing or does not fit the others */
    static LmConfig of(Json.ObjectNode c) {
        int hidden = c.integer("hidden", 1, MOST), heads = c.integer("heads", 1, 1 << 12), vocabulary = c.integer("vocab", 2, MOST);
        if (hidden % 2 != 0 || hidden < 4) throw c.get("hidden").wrong("an even number of at least 4");
        List<Block> blocks = new ArrayList<>();
        for (Json name : c.array("blocks").elements()) {
            blocks.add(Block.named(name.text()).orElseThrow(() -> name.wrong("one of " + Block.ALL.stream().map(Block::name).toList())));
        }
        var config = new LmConfig(hidden, vocabulary, c.integer("special", 1, vocabulary - 1), c.integer("codebooks", 1, 64), heads,
                c.integer("feed_forward", 1, MOST), c.has("mixer") ? MixerConfig.of(c.object("mixer")) : null, blocks, c.flag("masked"),
                c.integer("text_width", 1, MOST), c.integer("least_text", 1, 1 << 16), c.integer("text_fill", 0, 1 << 24));
        boolean attention = config.has(Block.Part.SELF_ATTENTION) || config.crossAttention();
        if (attention && hidden % heads != 0) throw c.get("hidden").wrong("a multiple of the " + heads + " heads");
        if (config.has(Block.Part.MIXER) && config.mixer == null) throw new BadCheckpoint(c.at().member("mixer") + " is missing; convert the model again.");
        if (config.mixer != null && config.mixer.hidden() != hidden) throw c.object("mixer").get("hidden").wrong("the model's hidden, " + hidden + ",");
        return config;
    }

    boolean has(Block.Part part) {
        return blocks.stream().anyMatch(block -> block.parts().contains(part));
    }

    /** Whether text is attended to; else it stands before the tokens. */
    boolean crossAttention() {
        return has(Block.Part.CROSS_ATTENTION);
    }

    /** Whether every frame so far is kept, so that memory grows with the clip. */
    boolean selfAttention() {
        return has(Block.Part.SELF_ATTENTION);
    }
}
