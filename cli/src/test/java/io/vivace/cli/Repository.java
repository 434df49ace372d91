package io.vivace.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the tests find what the repository carries. */
public final class Repository {
    static final Path ROOT = root();
    static final Path DEMO = ROOT.resolve("demo/checkpoint");
    public static final Path GOLDEN = ROOT.resolve("golden");
    /** All reference cases, where they lie beside the repository. */
    static final Path SHARED = ROOT.resolveSibling("shared").resolve("golden");

    private Repository() {}

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("golden"))) folder = folder.getParent();
        return folder;
    }
}
