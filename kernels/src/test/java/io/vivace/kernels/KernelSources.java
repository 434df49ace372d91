package io.vivace.kernels;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What each compiled image was made from, as one digest: of its source, the headers that the source includes, and how the compiler is called.
 * A line of {@code sources.sha256} an image, so that branches which change different kernels merge.
 *
 * @param cuda folder of sources
 */
record KernelSources(Path cuda) {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^\\s*#include \"(\\w+\\.cuh)\"");

    /** Names of the source files, without their ending. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(cuda)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".cu")).map(name -> name.replace(".cu", "")).sorted().toList();
        }
    }

    String text(String name) throws IOException {
        return Files.readString(cuda.resolve(name + ".cu"));
    }

    String digest(String name) throws IOException {
        MessageDigest digest = sha256();
        digest.update(String.join(" ", Nvcc.VERSION, String.join(" ", Nvcc.OPTIONS)).getBytes(StandardCharsets.UTF_8));
        for (String file : closure(name + ".cu")) {
            digest.update(("\n" + file + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(cuda.resolve(file)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A file and all that it includes from this folder. */
    private TreeSet<String> closure(String file) throws IOException {
        TreeSet<String> known = new TreeSet<>();
        follow(file, known);
        return known;
    }

    private void follow(String file, TreeSet<String> known) throws IOException {
        if (!Files.exists(cuda.resolve(file)) || !known.add(file)) return;
        for (String included : INCLUDE.matcher(Files.readString(cuda.resolve(file))).results().map(found -> found.group(1)).toList()) follow(included, known);
    }

    /** The digests in a file of such lines, by name of the source. */
    static Map<String, String> read(Path recorded) throws IOException {
        if (!Files.exists(recorded)) return new TreeMap<>();
        return Files.readAllLines(recorded).stream().map(line -> line.split(" +"))
                .collect(Collectors.toMap(part -> part[1], part -> part[0], (a, b) -> b, TreeMap::new));
    }

    static void write(Map<String, String> digests, Path recorded) throws IOException {
        Files.writeString(recorded, digests.entrySet().stream().map(e -> e.getValue() + "  " + e.getKey() + "\n").collect(Collectors.joining()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
