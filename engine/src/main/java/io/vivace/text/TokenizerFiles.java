package io.vivace.text;

import io.vivace.BadCheckpoint;
import io.vivace.file.Placeholder;
import io.vivace.file.Reason;
import io.vivace.weights.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;

/** Reads the tokenizer files of a checkpoint folder. */
public final class TokenizerFiles {
    /** Files that each make a tokenizer, in the order in which they are looked for. */
    public static final String NAMES = "tokenizer.json, spiece.model, vocab.json with merges.txt, vocab.txt";
    private static final String SETTINGS = "tokenizer_config.json";

    private TokenizerFiles() {
    }

    /**
     * The tokenizer of a folder as the compact table that {@link Tokenizer#of} loads; same files, same bytes. The first that
     * is there counts: tokenizer.json, spiece.model, vocab.json with merges.txt, vocab.txt; tokenizer_config.json adds to them.
     *
     * @return empty if the folder holds none of these files
     * @throws BadCheckpoint naming the file and what is wrong with it
     */
    public static Optional<byte[]> read(Path folder) {
        return tokenizer(folder).map(Tokenizer::table);
    }

    private static Optional<Tokenizer> tokenizer(Path folder) {
        Path json = folder.resolve("tokenizer.json");
        if (Placeholder.orFile(json)) {
            return Optional.of(parse(json, file -> TokenizerJson.read(json.toString(), file, settings(folder))));
        }
        if (Placeholder.orFile(folder.resolve("spiece.model"))) {
            return Optional.of(parse(folder.resolve("spiece.model"), file -> SentencePieceModel.read(file, settings(folder))));
        }
        if (Placeholder.orFile(folder.resolve("vocab.json")) && Placeholder.orFile(folder.resolve("merges.txt"))) {
            var ids = parse(folder.resolve("vocab.json"), VocabularyFiles::json);
            return Optional.of(parse(folder.resolve("merges.txt"),
                    file -> VocabularyFiles.bytePairs(ids, VocabularyFiles.merges(file), settings(folder))));
        }
        if (Placeholder.orFile(folder.resolve("vocab.txt"))) {
            return Optional.of(parse(folder.resolve("vocab.txt"), file -> VocabularyFiles.wordPieces(file, settings(folder))));
        }
        return Optional.empty();
    }

    private static Settings settings(Path folder) {
        Path file = folder.resolve(SETTINGS);
        return Placeholder.orFile(file) ? parse(file, bytes -> new Settings(JsonReader.read(file.toString(), bytes))) : Settings.NONE;
    }

    /** Some of what is wrong is found without knowing the file's name; here it becomes a whole sentence. */
    private static <T> T parse(Path file, Function<byte[], T> parser) {
        try {
            return parser.apply(bytes(file));
        } catch (BadCheckpoint e) {
            if (e.getMessage().endsWith(".")) throw e; // a sentence already
            throw new BadCheckpoint(file + ": " + e.getMessage() + "; fetch the file again or use another checkpoint.", e);
        } catch (JacksonException e) {
            throw JsonReader.notJson(file.toString(), e);
        }
    }

    private static byte[] bytes(Path file) {
        if (Placeholder.link(file)) throw new BadCheckpoint("it is a link to a file that is not there");
        if (!Files.isRegularFile(file)) throw new BadCheckpoint("it is not a regular file");
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(JsonReader.LONGEST_STREAM + 1);
            if (bytes.length > JsonReader.LONGEST_STREAM) {
                throw new BadCheckpoint("it has more than " + JsonReader.LONGEST_STREAM + " bytes");
            }
            if (Placeholder.ofGitLfs(bytes)) throw new BadCheckpoint("it is a git-lfs pointer, not the file itself; run `git lfs pull`");
            return bytes;
        } catch (IOException e) {
            throw new BadCheckpoint("it cannot be read (" + Reason.of(e) + ")", e);
        }
    }
}
