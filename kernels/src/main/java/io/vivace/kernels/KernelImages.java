package io.vivace.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The compiled kernels: one image a source file, with machine code for each architecture that is built for and PTX for later ones. */
public final class KernelImages {
    private KernelImages() {}

    /**
     * @param file source file without its ending, see {@link Launch#file}
     * @throws IllegalStateException if there is no such image
     */
    public static byte[] load(String file) {
        try (InputStream image = KernelImages.class.getResourceAsStream(file + ".fatbin")) {
            if (image == null) throw new IllegalStateException("this build has no compiled kernels of " + file + ".cu; make them with kernels/build-fatbins");
            return image.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the compiled kernels of " + file + ".cu cannot be read", e);
        }
    }
}
