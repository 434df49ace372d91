package io.vivace.text;

import java.nio.file.Path;
import java.util.Optional;

/** Reads the tokenizer files of a checkpoint folder. */
public final class TokenizerFiles {

    private TokenizerFiles() {
    }

    /**
     * The tokenizer of a folder as the compact table that {@link Tokenizer#of} loads; same files, same bytes. The first that
     * is there counts: tokenizer.json, spiece.model, vocab.json with merges.txt, vocab.txt; tokenizer_config.json adds to the last three.
     *
     * @return empty if the folder holds none of these files
     * @throws io.vivace.BadCheckpoint naming the file and what is wrong with it
     */
    public static Optional<byte[]> read(Path folder) {
        throw new UnsupportedOperationException("tokenizer files");
    }
}
