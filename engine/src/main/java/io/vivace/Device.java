package io.vivace;

import java.util.Locale;

/** What runs the networks. */
public enum Device {
    /** A GPU where there is one that can be used, else the CPU. */
    AUTO,
    /** Vector instructions where the JVM offers them, else plain Java. */
    CPU,
    /** An NVIDIA GPU. */
    CUDA,
    /** The double-precision interpreter of the graph. Slow; there to compare with. */
    REFERENCE;

    /** @throws BadRequest if there is no device of that name */
    public static Device named(String name) {
        for (Device device : values()) if (device.label().equals(name)) return device;
        throw new BadRequest("There is no device \"" + name + "\"; use auto, cpu, cuda, cuda:N for another GPU than the first, or reference.");
    }

    /** The name in options and messages. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
