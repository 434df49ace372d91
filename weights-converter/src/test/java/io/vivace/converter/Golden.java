package io.vivace.converter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The reference cases' checkpoints: those of the repository, and all of them where they lie beside it. */
final class Golden {
    private static final List<String> AREAS = List.of("text", "musicgen", "encodec", "melody", "dac", "discodiff", "ssm");

    private Golden() { }

    static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("golden"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    static Path checkpoint(String area, String name) {
        return repository().resolve("golden").resolve(area).resolve(name).resolve("checkpoint");
    }

    /** Checkpoint folders that hold a model. */
    static List<Path> checkpoints() throws IOException {
        var found = new ArrayList<Path>();
        for (Path root : List.of(repository().resolve("golden"), repository().resolveSibling("shared").resolve("golden"))) {
            for (String area : AREAS) {
                if (Files.isDirectory(root.resolve(area))) {
                    try (Stream<Path> cases = Files.list(root.resolve(area)).sorted()) {
                        cases.map(c -> c.resolve("checkpoint")).filter(Golden::hasModel).forEach(found::add);
                    }
                }
            }
        }
        return found;
    }

    private static boolean hasModel(Path checkpoint) {
        return Files.exists(checkpoint.resolve("config.json")) || Files.exists(checkpoint.resolve("state_dict.bin"))
                || Files.exists(checkpoint.resolve("weights.pth"));
    }
}
