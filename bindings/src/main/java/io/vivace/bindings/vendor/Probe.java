package io.vivace.bindings.vendor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which libraries of NVIDIA's this machine has. Looks for files and loads nothing: cuBLASLt alone is half a gigabyte, and most runs do not
 * want it.
 */
public final class Probe {
    private static final List<String> USUAL = List.of("/usr/local/cuda/lib64", "/usr/local/cuda/targets/x86_64-linux/lib", "/opt/cuda/lib64",
            "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/local/lib", "/usr/lib");

    private final Set<Path> folders = new LinkedHashSet<>();
    private final List<Installation> found = new ArrayList<>();

    private Probe() {
    }

    /**
     * Looks in the given folders, then where the loader looks, then where CUDA, conda and pip put libraries.
     *
     * @param first what the user names, or nothing
     */
    public static Probe of(List<Path> first) {
        return of(first, System.getenv());
    }

    static Probe of(List<Path> first, Map<String, String> environment) {
        Probe probe = new Probe();
        probe.folders.addAll(first);
        probe.addPath(environment.get("LD_LIBRARY_PATH"));
        probe.addLoaderConfiguration(Path.of("/etc/ld.so.conf.d"));
        for (String home : new String[] {"CUDA_HOME", "CUDA_PATH"}) probe.addBelow(environment.get(home), "lib64");
        probe.addBelow(environment.get("CONDA_PREFIX"), "lib");
        for (String folder : USUAL) probe.folders.add(Path.of(folder));
        for (String home : new String[] {environment.get("VIRTUAL_ENV"), environment.get("CONDA_PREFIX"), "/usr/local", "/usr"}) probe.addWheels(home);
        for (VendorLibrary library : VendorLibrary.values()) probe.look(library);
        return probe;
    }

    private void look(VendorLibrary library) {
        for (Path folder : folders)
            if (Files.isReadable(folder.resolve(library.file()))) {
                found.add(new Installation(library, folder.resolve(library.file())));
                return;
            }
    }

    private void addPath(String folders) {
        if (folders != null) for (String folder : folders.split(":")) addBelow(folder, "");
    }

    private void addBelow(String home, String folder) {
        if (home == null || home.isBlank()) return;
        try {
            folders.add(Path.of(home, folder));
        } catch (InvalidPathException notAPath) {
            // The environment is the user's; a name that cannot be one of a folder holds no library.
        }
    }

    /** CUDA's packages name their folder for the loader in a file there. */
    private void addLoaderConfiguration(Path configuration) {
        for (Path file : list(configuration, "*.conf"))
            try {
                for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\\R")) if (line.startsWith("/")) addBelow(line.strip(), "");
            } catch (IOException unreadable) {
                // Nobody is told to look there.
            }
    }

    /** pip puts each library into a folder of its own below site-packages. */
    private void addWheels(String home) {
        if (home == null || home.isBlank()) return;
        for (Path python : list(Path.of(home, "lib"), "python3*"))
            for (String packages : new String[] {"site-packages", "dist-packages"})
                for (Path wheel : list(python.resolve(packages).resolve("nvidia"), "*")) folders.add(wheel.resolve("lib"));
    }

    private static List<Path> list(Path folder, String names) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> matching = Files.newDirectoryStream(folder, names)) {
            for (Path file : matching) files.add(file);
        } catch (IOException noSuchFolder) {
            return List.of();
        }
        files.sort(null);
        return files;
    }

    /** Everything that was found. */
    public List<Installation> found() {
        return List.copyOf(found);
    }

    /** The best there is, or that of the given kind. */
    public Optional<Installation> best(List<VendorLibrary> libraries) {
        for (VendorLibrary library : libraries)
            for (Installation installation : found) if (installation.library() == library) return Optional.of(installation);
        return Optional.empty();
    }

    /** What was found and where, or what was looked for and where. */
    public String sentence(List<VendorLibrary> libraries) {
        Optional<Installation> best = best(libraries);
        if (best.isPresent()) return best.get() + ".";
        String files = libraries.stream().map(VendorLibrary::file).collect(Collectors.joining(", "));
        String first = folders.stream().limit(3).map(Path::toString).collect(Collectors.joining(", "));
        return "none of " + files + " is in " + first + " or " + (folders.size() - 3) + " other folders where libraries usually are.";
    }
}
