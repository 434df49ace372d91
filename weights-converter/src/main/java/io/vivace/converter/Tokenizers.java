package io.vivace.converter;

import java.nio.file.Path;
import java.util.Optional;

/** The seam to the tokenizers: their compact form out of the files of a checkpoint folder. */
final class Tokenizers {
    private Tokenizers() { }

    /** Empty when the folder has no tokenizer files. */
    static Optional<byte[]> read(Path folder) {
        return Optional.empty();
    }
}
