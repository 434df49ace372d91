package io.vivace.benchmarks;

import io.vivace.Listener;
import io.vivace.Profile;
import io.vivace.backend.Stopwatch;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.model.Run;
import io.vivace.model.diffusion.Walk;
import io.vivace.model.melody.LatentSampler;
import io.vivace.model.melody.LatentSampler.Window;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.sample.Gaussian;
import io.vivace.weights.ModelFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times evaluations of MeLoDy's diffusion network, batch 1, each with what is done once for its tokens:
 * {@code DenoiserTimes FILE FRAMES GUIDANCE RUNS THREADS [profile]}. Prints a line of JSON with median, minimum and the processor's time of an
 * evaluation, then, if asked, where the time went. For {@code melody/denoiser.py}.
 */
public final class DenoiserTimes {
    private DenoiserTimes() {}

    public static void main(String[] arguments) {
        int frames = Integer.parseInt(arguments[1]), runs = Integer.parseInt(arguments[3]);
        var stopwatch = arguments.length > 5 ? new Stopwatch() : null;
        try (var file = ModelFile.open(Path.of(arguments[0])); var cpu = new CpuBackend(Integer.parseInt(arguments[4]), false, stopwatch)) {
            MelodyConfig config = MelodyConfig.of(file.config());
            try (var sampler = new LatentSampler(config, cpu, file)) {
                int[][] tokens = {new int[Math.ceilDiv(frames, config.semantic().framesPerToken())]};
                Arrays.setAll(tokens[0], i -> i * 37 % config.semantic().tokens());
                var window = new Window(new float[][] {Gaussian.frames(1, 0, 0, frames, config.diffusion().latent())}, null, tokens);
                Walk walk = Walk.of(1, Double.parseDouble(arguments[2]));
                var times = new double[runs];
                long before = 0;
                for (int i = -1; i < runs; i++) {
                    if (i == 0) before = processorNanos();
                    long start = System.nanoTime();
                    sampler.sample(window, walk, new Run(Listener.NONE, 1));
                    if (i >= 0) times[i] = (System.nanoTime() - start) * 1e-9;
                }
                double processor = (processorNanos() - before) * 1e-9 / runs;
                Arrays.sort(times);
                System.out.printf(Locale.ROOT, "{\"frames\":%d,\"guidance\":%s,\"runs\":%d,\"median_s\":%.3f,\"min_s\":%.3f,\"processor_s\":%.3f}%n",
                        frames, arguments[2], runs, times[runs / 2], times[0], processor);
            }
            cpu.profile().rows().stream().limit(30).forEach(DenoiserTimes::print);
        }
    }

    private static void print(Profile.Row row) {
        System.out.printf(Locale.ROOT, "%-28s %-16s %6d %10.1f ms %8.2f GB/s%n", row.program(), row.operation(), row.count(), row.time().toNanos() * 1e-6,
                row.bytesPerSecond() * 1e-9);
    }

    private static long processorNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
