package io.vivace.model.melody;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.model.clap.ClapConfig;
import io.vivace.model.clap.ClapText;
import io.vivace.text.Tokenizer;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.Weights;
import java.util.Arrays;

/** CLAP's text tower, whose embedding is quantised: in place of MuLan, which was never published. arXiv 2305.15719 §3; arXiv 2211.06687. */
public final class TextPrompt implements PromptTower {
    private final ClapConfig config;
    private final Tokenizer tokenizer;
    private final ClapText tower;
    private final PromptQuantizer quantizer;

    /** @param config with a text tower */
    TextPrompt(MelodyConfig config, Backend backend, Weights weights) {
        this.config = config.text();
        if (!weights.names().contains("tokenizer")) {
            throw new BadCheckpoint("The model file has a text tower but no tokenizer; convert the model again, with the tower's " + TokenizerFiles.NAMES
                    + ", whichever there is.");
        }
        this.tokenizer = Tokenizer.of(weights.get("tokenizer").bytes());
        if (tokenizer.size() > this.config.encoder().vocab()) {
            throw new BadCheckpoint("The tokenizer has " + tokenizer.size() + " ids and the text tower " + this.config.encoder().vocab()
                    + "; convert the model again, with the tokenizer that belongs to it.");
        }
        this.quantizer = new PromptQuantizer(config.prompt(), weights);
        this.tower = new ClapText(this.config, backend, weights);
    }

    @Override
    public int[] tokens(String text) {
        return quantizer.tokens(embedding(text));
    }

    /**
     * What the tower makes of a text, before it is quantised: [channels].
     *
     * @throws BadRequest if the text is too long
     */
    public float[] embedding(String text) {
        int[] ids = ids(text), mask = new int[ids.length];
        Arrays.fill(mask, 1);
        return tower.encode(new int[][] {ids}, new int[][] {mask}).embedding().floats();
    }

    @Override
    public long bytes(String text) {
        return ClapText.bytes(config, ids(text).length);
    }

    private int[] ids(String text) {
        int[] ids = tokenizer.encode(text);
        int most = config.encoder().positions() - config.encoder().pad() - 1; // positions are counted from behind the padding's
        if (ids.length > most) throw new BadRequest("The prompt has " + ids.length + " tokens; shorten it to at most " + most + ".");
        return ids;
    }

    @Override
    public void close() {
        tower.close();
    }
}
