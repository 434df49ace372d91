package io.vivace.cli;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;

/** File names out of prompts, and the names of the files beside and after them. */
final class OutputName {
    private static final int MOST_LETTERS = 40;

    private OutputName() {}

    /** Letters and digits of the prompt, and the seed: "slow-jazz-42.wav". Whatever the prompt is, it is a plain name in this folder. */
    static Path of(String prompt, long seed) {
        String plain = Normalizer.normalize(prompt, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        String name = plain.replaceAll("\\p{M}+", "").replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        name = name.substring(0, Math.min(MOST_LETTERS, name.length())).replaceAll("-+$", "");
        return Path.of((name.isEmpty() ? "untitled" : name) + "-" + Long.toUnsignedString(seed) + ".wav");
    }

    /** "song.wav" as the {@code number}th of several: "song-2.wav". */
    static Path numbered(Path file, int number) {
        return file.resolveSibling(stem(file) + "-" + number + file.getFileName().toString().substring(stem(file).length()));
    }

    /** The sidecar of "song.wav": "song.json". */
    static Path sidecar(Path file) {
        return file.resolveSibling(stem(file) + ".json");
    }

    private static String stem(Path file) {
        return file.getFileName().toString().replaceFirst("(?i)(?<=.)\\.wav$", "");
    }
}
