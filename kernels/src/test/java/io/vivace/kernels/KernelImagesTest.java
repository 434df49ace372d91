package io.vivace.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed images are those of the sources: by digest everywhere, and where nvcc is there by compiling one of them again. */
class KernelImagesTest {
    private static final int FATBIN_MAGIC = 0xBA55ED50;
    private static final Path KERNELS = Path.of(".");
    private static final Path CUDA = KERNELS.resolve("src/main/cuda");
    private final KernelSources sources = new KernelSources(CUDA);

    @Test
    void imagesAreCurrent() throws IOException {
        ImageBuilder builder = new ImageBuilder(KERNELS);
        assertEquals(List.of(), builder.stale(), "compiled from other sources than these; run kernels/build-fatbins (nvcc comes with kernels/toolchain)");
        assertEquals(List.of(), builder.leftovers(), "compiled from sources that are gone; run kernels/build-fatbins");
    }

    @Test
    void everySourceHasAnImage() throws IOException {
        for (String name : sources.names()) {
            assertEquals(FATBIN_MAGIC, ByteBuffer.wrap(KernelImages.load(name)).order(ByteOrder.LITTLE_ENDIAN).getInt(), name);
        }
    }

    @Test
    void aMissingImageIsNamedWithItsRemedy() {
        String message = assertThrows(IllegalStateException.class, () -> KernelImages.load("nothing")).getMessage();
        assertTrue(message.contains("nothing.cu") && message.contains("kernels/build-fatbins"), message);
    }

    /** Names from ptxas, so from the images, against those that the launch methods are generated from. */
    @Test
    void compiledKernelsAreThoseThatJavaLaunches() throws IOException {
        KernelResources resources = KernelResources.read(Path.of("../docs/kernel-resources.md"));
        for (String name : sources.names()) {
            assertEquals(LaunchGenerator.kernels(sources.text(name)).stream().map(LaunchGenerator.Kernel::name).toList(), resources.kernels(name), name);
        }
    }

    /** Of the smallest source, for it takes a few seconds. */
    @Test
    void compilingAgainGivesTheSameBytes() throws IOException {
        Optional<Nvcc> nvcc = Nvcc.find(KERNELS);
        assumeTrue(nvcc.isPresent(), "SKIPPED: " + Nvcc.MISSING);
        String smallest = sources.names().stream().min(Comparator.comparingLong(name -> CUDA.resolve(name + ".cu").toFile().length())).orElseThrow();
        Nvcc.Compiled compiled = nvcc.get().compile(CUDA, smallest);
        assertArrayEquals(KernelImages.load(smallest), compiled.image(), smallest + ".fatbin is not what its source gives; run kernels/build-fatbins --all");
    }

    @Test
    void whatNeedsLocalMemoryIsRefused(@TempDir Path folder) throws IOException {
        Optional<Nvcc> nvcc = Nvcc.find(KERNELS);
        assumeTrue(nvcc.isPresent(), "SKIPPED: " + Nvcc.MISSING);
        Files.writeString(folder.resolve("indexed.cu"), """
                extern "C" __global__ void __launch_bounds__(32) indexed(int *x) {
                    int own[64];
                    for (int i = 0; i < 64; i++) own[i] = x[i * 32];
                    for (int i = 0; i < 64; i++) own[x[i] & 63] += own[x[i + 1] & 63];
                    x[threadIdx.x] = own[x[7] & 63];
                }
                """);
        String message = assertThrows(Nvcc.Refused.class, () -> nvcc.get().compile(folder, "indexed")).getMessage();
        assertTrue(message.contains("Local memory"), message);
    }

    @Test
    void aDigestCoversTheSourceAndWhatItIncludes(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.cu"), "#include \"b.cuh\"\n");
        Files.writeString(folder.resolve("b.cuh"), "#include \"c.cuh\"\n#include \"elsewhere.cuh\"\n");
        Files.writeString(folder.resolve("c.cuh"), "int x;\n");
        Files.writeString(folder.resolve("d.cuh"), "int y;\n");
        KernelSources some = new KernelSources(folder);
        String digest = some.digest("a");
        Files.writeString(folder.resolve("d.cuh"), "int z;\n");
        assertEquals(digest, some.digest("a"), "not included");
        Files.writeString(folder.resolve("c.cuh"), "int z;\n");
        assertFalse(digest.equals(some.digest("a")), "included by what is included");
    }
}
