package io.vivace.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Compiled kernels: one fat binary a source file, with machine code for each architecture and PTX for later ones. */
public final class KernelImages {
    private KernelImages() {}

    /**
     * The image of a source file.
     *
     * @param file name of the file without its ending
     */
    public static byte[] load(String file) {
        try (InputStream image = KernelImages.class.getResourceAsStream(file + ".fatbin")) {
            if (image == null) throw new IllegalStateException("the kernels of " + file + ".cu were not compiled; run kernels/build-fatbins");
            return image.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
