package io.vivace.kernels;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** NVIDIA's compiler, of the one version that the committed images are made with. */
record Nvcc(Path program) {
    static final String VERSION = "13.0.88";
    static final List<String> ARCHITECTURES = List.of("sm_80", "sm_86", "sm_89", "sm_90a", "sm_100", "sm_120");
    /**
     * Code for every architecture of {@link #ARCHITECTURES}, PTX for those to come. What would make a kernel slow unseen is an error: registers
     * that spill, arrays in local memory, double precision.
     */
    static final List<String> OPTIONS = List.of("-fatbin", "--compress-mode=size", "-gencode", "arch=compute_80,code=[sm_80,sm_86,sm_89,compute_80]",
            "-gencode", "arch=compute_90a,code=sm_90a", "-gencode", "arch=compute_100,code=sm_100", "-gencode", "arch=compute_120,code=sm_120",
            "-Xptxas", "-v,--warn-on-spills,--warn-on-local-memory-usage,--warn-on-double-precision-use,-Werror");
    static final String MISSING = "nvcc " + VERSION + " is neither in VIVACE_NVCC, nor in kernels/.toolchain, nor on the PATH; kernels/toolchain fetches it";

    /** An image, and what the assembler said about its kernels. */
    record Compiled(byte[] image, String log) {}

    /** The compiler's errors, among which are warnings about what makes kernels slow. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String log) {
            super(log.lines().filter(line -> !line.contains("ptxas info") && !line.contains("bytes stack frame")).collect(Collectors.joining("\n")));
        }
    }

    /** @param kernels folder of this module */
    static Optional<Nvcc> find(Path kernels) {
        List<Path> places = new ArrayList<>();
        if (System.getenv("VIVACE_NVCC") != null) places.add(Path.of(System.getenv("VIVACE_NVCC")));
        places.add(kernels.resolve(".toolchain/nvidia/cu13/bin/nvcc"));
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).forEach(folder -> places.add(Path.of(folder, "nvcc")));
        return places.stream().filter(Files::isExecutable).map(place -> new Nvcc(place.toAbsolutePath().normalize())).filter(Nvcc::isRightVersion).findFirst();
    }

    private boolean isRightVersion() {
        try {
            return run(Path.of("."), List.of("--version")).contains("V" + VERSION);
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws Refused if there is an error or one of those warnings */
    Compiled compile(Path folder, String source) throws IOException {
        Path image = Files.createTempFile(source, ".fatbin");
        try {
            List<String> arguments = new ArrayList<>(OPTIONS);
            arguments.addAll(List.of("--threads", "2", "-o", image.toString(), source + ".cu"));
            String log = run(folder, arguments);
            return new Compiled(Files.readAllBytes(image), log);
        } finally {
            Files.deleteIfExists(image);
        }
    }

    private String run(Path folder, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String log = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) throw new Refused(log);
        } catch (InterruptedException e) {
            process.destroy();
            throw new IOException("interrupted while nvcc ran", e);
        }
        return log;
    }
}
