package io.vivace.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compiles the kernel files that changed since their image was made, and writes images, digests and the page of resources. Runs alone:
 * {@code java ImageBuilder.java KERNELS [--all]}, see {@code kernels/build-fatbins}.
 */
final class ImageBuilder {
    private final KernelSources sources;
    private final Path images, digests, page;

    /** @param kernels folder of this module */
    ImageBuilder(Path kernels) {
        sources = new KernelSources(kernels.resolve("src/main/cuda"));
        images = kernels.resolve("src/main/resources/io/vivace/kernels");
        digests = images.resolve("sources.sha256");
        page = kernels.resolve("../docs/kernel-resources.md");
    }

    public static void main(String[] arguments) throws IOException {
        Path kernels = Path.of(arguments[0]);
        ImageBuilder builder = new ImageBuilder(kernels);
        List<String> stale = arguments.length > 1 && arguments[1].equals("--all") ? builder.sources.names() : builder.stale();
        Optional<Nvcc> nvcc = Nvcc.find(kernels);
        if (stale.isEmpty()) {
            System.out.println("all compiled kernels are current");
        } else if (nvcc.isEmpty()) {
            System.err.println("kernels/build-fatbins: " + Nvcc.MISSING + ". To be compiled: " + String.join(", ", stale));
            System.exit(3);
        }
        boolean failed = false;
        for (String name : stale) failed |= !builder.builds(nvcc.orElseThrow(), name);
        builder.dropLeftovers();
        if (failed) System.exit(1);
    }

    private boolean builds(Nvcc nvcc, String name) throws IOException {
        try {
            build(nvcc, name);
            return true;
        } catch (Nvcc.Refused e) {
            System.err.println("kernels/build-fatbins: " + name + ".cu does not compile, or not without spilling, local memory or double precision:\n"
                    + e.getMessage());
            return false;
        }
    }

    /** Files whose image is missing or was made from something else. */
    List<String> stale() throws IOException {
        Map<String, String> recorded = KernelSources.read(digests);
        List<String> stale = new ArrayList<>();
        for (String name : sources.names()) {
            if (!Files.exists(image(name)) || !sources.digest(name).equals(recorded.get(name))) stale.add(name);
        }
        return stale;
    }

    /** Images and digests whose source is gone. */
    List<String> leftovers() throws IOException {
        List<String> names = sources.names();
        try (Stream<Path> files = Files.list(images)) {
            Stream<String> compiled = files.map(file -> file.getFileName().toString()).filter(f -> f.endsWith(".fatbin")).map(f -> f.replace(".fatbin", ""));
            return Stream.concat(compiled, KernelSources.read(digests).keySet().stream()).filter(name -> !names.contains(name)).distinct().toList();
        }
    }

    private Path image(String name) {
        return images.resolve(name + ".fatbin");
    }

    /** Each file is recorded as soon as it is compiled: a run that is stopped loses only what it had begun. */
    private void build(Nvcc nvcc, String name) throws IOException {
        long start = System.nanoTime();
        String digest = sources.digest(name);
        Nvcc.Compiled compiled = nvcc.compile(sources.cuda(), name);
        KernelResources resources = KernelResources.read(page);
        resources.put(name, LaunchGenerator.kernels(sources.text(name)), compiled.log());
        Files.write(image(name), compiled.image());
        resources.write(page);
        Map<String, String> recorded = KernelSources.read(digests);
        recorded.put(name, digest);
        KernelSources.write(recorded, digests);
        System.out.printf("%s.fatbin: %d KB, %.1f s%n", name, (compiled.image().length + 1023) / 1024, (System.nanoTime() - start) / 1e9);
    }

    private void dropLeftovers() throws IOException {
        Map<String, String> recorded = KernelSources.read(digests);
        for (String name : leftovers()) {
            Files.deleteIfExists(image(name));
            recorded.remove(name);
            System.out.println(name + ".fatbin: dropped, there is no such source");
        }
        KernelSources.write(recorded, digests);
        KernelResources resources = KernelResources.read(page);
        resources.keepOnly(sources.names());
        resources.write(page);
    }
}
