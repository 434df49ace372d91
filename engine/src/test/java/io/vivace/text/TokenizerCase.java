package io.vivace.text;

import io.vivace.weights.Json;
import io.vivace.weights.Json.ArrayNode;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A reference case: a checkpoint folder, texts, and the ids that the original gives for them. */
record TokenizerCase(Path folder, List<String> texts, List<int[]> ids) {

    /** Folders of cases: the repository's own, and those of a reference collection that lies beside the repository, if any. */
    static List<Path> collections() {
        Path repository = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(repository.resolve("golden"))) repository = repository.getParent();
        var collections = new ArrayList<Path>();
        collections.add(repository.resolve("golden"));
        Path shared = repository.resolveSibling("shared").resolve("golden");
        if (Files.isDirectory(shared)) collections.add(shared);
        return collections;
    }

    static Stream<TokenizerCase> all() {
        return collections().stream().flatMap(TokenizerCase::in);
    }

    private static Stream<TokenizerCase> in(Path collection) {
        try (Stream<Path> folders = Files.list(collection.resolve("text"))) {
            List<Path> found = folders.filter(folder -> folder.getFileName().toString().startsWith("tokenize-")).sorted().toList();
            return found.stream().map(TokenizerCase::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TokenizerCase read(Path folder) {
        try {
            ObjectNode file = JsonReader.read("texts.json", Files.readAllBytes(folder.resolve("texts.json")));
            var ids = new ArrayList<int[]>();
            for (Json row : file.array("ids").elements()) ids.add(((ArrayNode) row).integers(0, Tokenizer.MOST_IDS));
            return new TokenizerCase(folder, file.array("texts").texts(), ids);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A case of the repository itself. */
    static TokenizerCase named(String name) {
        return read(collections().getFirst().resolve("text").resolve(name));
    }

    Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    byte[] table() {
        return TokenizerFiles.read(checkpoint()).orElseThrow();
    }

    Tokenizer tokenizer() {
        return Tokenizer.of(table());
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
