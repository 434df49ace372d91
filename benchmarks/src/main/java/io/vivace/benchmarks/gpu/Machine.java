package io.vivace.benchmarks.gpu;

import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Driver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The phase "machine": what everything else was measured on. */
final class Machine {
    private static final List<String> NVIDIA_SMI = List.of("nvidia-smi",
            "--query-gpu=name,driver_version,clocks.max.sm,clocks.max.mem,power.limit,mig.mode.current",
            "--format=csv,noheader");

    private Machine() {}

    public static void main(String[] arguments) {
        try (Device device = Device.open(0)) {
            Peak peak = Peak.of(device.name());
            Rows.print(Rows.of("device", device.name(), "capability", device.computeMajor() + "." + device.computeMinor(), "multiprocessors",
                    device.multiprocessors(), "memory bytes", device.totalBytes(), "free bytes", device.freeBytes(), "driver", Driver.version() / 1000 + "."
                    + Driver.version() % 1000 / 10, "emulated", Driver.emulated(), "published bf16 TFLOP/s", peak == null ? null : peak.bfloat16(),
                    "published f32 TFLOP/s", peak == null ? null : peak.float32()));
        }
        Rows.print(Rows.of("java", Runtime.version().toString(), "processors", Runtime.getRuntime().availableProcessors(), "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version"), "nvidia-smi", nvidiaSmi()));
    }

    private static String nvidiaSmi() {
        try {
            Process process = new ProcessBuilder(NVIDIA_SMI).redirectErrorStream(true).start();
            if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "not installed";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
