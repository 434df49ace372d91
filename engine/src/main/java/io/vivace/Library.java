package io.vivace;

import java.util.Locale;

/**
 * Whose kernels compute products of many rows and convolutions on a GPU. Where NVIDIA's libraries do, samples may differ in their last bits from those
 * of {@link #OURS}, and with the company: how many rows are computed together decides in which order a library adds up.
 */
public enum Library {
    /** The faster one for each shape, as measured at its first use on the device and remembered; ours where no library is installed. */
    AUTO,
    /** Only Vivace's own kernels: the same bits with and without libraries, alone, in a batch, or streamed. */
    OURS,
    /** NVIDIA's wherever they have a kernel. */
    VENDOR;

    /** @throws BadRequest if there is no choice of that name */
    public static Library named(String name) {
        for (Library library : values()) if (library.label().equals(name)) return library;
        throw new BadRequest("There is no library \"" + name + "\"; use auto, ours or vendor.");
    }

    /** The name in options and messages. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
