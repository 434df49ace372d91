package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

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
        if (Files.exists(folder.resolve("tokenizer.json"))) {
            return Optional.of(parse(folder.resolve("tokenizer.json"), file -> TokenizerJson.read(file, settings(folder))));
        }
        if (Files.exists(folder.resolve("spiece.model"))) {
            return Optional.of(parse(folder.resolve("spiece.model"), file -> SentencePieceModel.read(file, settings(folder))));
        }
        if (Files.exists(folder.resolve("vocab.json")) && Files.exists(folder.resolve("merges.txt"))) {
            var ids = parse(folder.resolve("vocab.json"), VocabularyFiles::json);
            return Optional.of(parse(folder.resolve("merges.txt"),
                    file -> VocabularyFiles.bytePairs(ids, VocabularyFiles.merges(file), settings(folder))));
        }
        if (Files.exists(folder.resolve("vocab.txt"))) {
            return Optional.of(parse(folder.resolve("vocab.txt"), file -> VocabularyFiles.wordPieces(file, settings(folder))));
        }
        return Optional.empty();
    }

    private static Settings settings(Path folder) {
        Path file = folder.resolve(SETTINGS);
        return Files.exists(file) ? parse(file, Settings::of) : Settings.NONE;
    }

    /** What is wrong is found without knowing the file's name; here it becomes a whole sentence. */
    private static <T> T parse(Path file, Function<byte[], T> parser) {
        try {
            return parser.apply(bytes(file));
        } catch (BadCheckpoint e) {
            if (e.getMessage().endsWith(".")) throw e; // already a sentence, of another file
            throw new BadCheckpoint(file + ": " + e.getMessage() + "; fetch the file again or use another checkpoint.", e);
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation(); // none for what breaks a limit
            throw new BadCheckpoint(file + ": it cannot be read as JSON" + (place == null ? "" : " near character " + Math.max(0, place.getCharOffset())) + " ("
                    + firstLine(e.getOriginalMessage()) + "); fetch the file again.", e);
        }
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("").replaceAll(" \\(start marker .*", "");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    private static byte[] bytes(Path file) {
        if (!Files.isRegularFile(file)) throw new BadCheckpoint("it is not a regular file");
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Json.LONGEST_FILE + 1);
            if (bytes.length > Json.LONGEST_FILE) throw new BadCheckpoint("it has more than " + Json.LONGEST_FILE + " bytes");
            return bytes;
        } catch (IOException e) {
            throw new BadCheckpoint("it cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
