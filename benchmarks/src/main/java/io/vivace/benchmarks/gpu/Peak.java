package io.vivace.benchmarks.gpu;

import java.util.List;

/**
 * What a device can compute at most, by the figures that NVIDIA publishes: dense bfloat16 on tensor cores and float32 outside of them, in TFLOP/s.
 *
 * @param part of the device's name, as the driver says it; the first that fits counts
 */
record Peak(String part, double bfloat16, double float32) {
    /** H100 and H200: data sheets of 2023 and 2024; A100: data sheet of 2021; L40S, L4, RTX: architecture papers of Ada and Ampere. */
    private static final List<Peak> PUBLISHED = List.of(new Peak("H100 PCIe", 756, 51), new Peak("H100 NVL", 835, 60), new Peak("H100", 989, 67),
            new Peak("H200 NVL", 835, 60), new Peak("H200", 989, 67), new Peak("A100", 312, 19.5), new Peak("L40S", 362, 91.6), new Peak("L4", 121, 30.3),
            new Peak("A10", 125, 31.2), new Peak("RTX 4090", 165, 82.6));

    /** Null where none is listed; floors are those of memory then. */
    static Peak of(String device) {
        return PUBLISHED.stream().filter(peak -> device.contains(peak.part)).findFirst().orElse(null);
    }
}
