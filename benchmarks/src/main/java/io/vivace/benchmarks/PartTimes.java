package io.vivace.benchmarks;

import io.vivace.Device;
import io.vivace.Listener;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Progress;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Backends;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.dac.Dac;
import io.vivace.model.dac.DacConfig;
import io.vivace.model.encodec.Encodec;
import io.vivace.model.encodec.EncodecConfig;
import io.vivace.model.melody.LmTrial;
import io.vivace.model.melody.MelodyCodec;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.model.t5.T5Config;
import io.vivace.model.t5.T5Encoder;
import io.vivace.weights.ModelFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times one part of a converted model in a warm process, as the peers are timed:
 * {@code PartTimes FILE step|prefix|t5|encodec|dac|vae-decode|vae-encode|second RUNS}, {@code PartTimes FILE melody-step RUNS THREADS}.
 * Prints one line of JSON with the median and the minimum in milliseconds.
 */
public final class PartTimes {
    /** Steps before the one at which counting starts, so that the cache of keys is as long as the peer's and the code is compiled. */
    private static final int SKIPPED_STEPS = 20;

    private PartTimes() {}

    public static void main(String[] arguments) {
        Path file = Path.of(arguments[0]);
        int runs = Integer.parseInt(arguments[2]);
        double[] times = switch (arguments[1]) {
            case "step" -> steps(file, runs);
            case "prefix" -> prefixes(file, runs);
            case "melody-step" -> melodySteps(file, runs, Integer.parseInt(arguments[3]));
            case "second" -> second(file, runs);
            case "t5" -> t5(file, runs);
            case "encodec" -> encodec(file, runs);
            case "dac" -> dac(file, runs);
            case "vae-decode" -> vae(file, runs, true);
            case "vae-encode" -> vae(file, runs, false);
            default -> throw new IllegalArgumentException("There is no part " + arguments[1]
                    + "; ask for step, prefix, second, t5, encodec, dac, vae-decode, vae-encode or melody-step.");
        };
        Arrays.sort(times);
        System.out.printf(Locale.ROOT, "{\"part\":\"%s\",\"file\":\"%s\",\"runs\":%d,\"median_ms\":%.2f,\"min_ms\":%.2f}%n",
                arguments[1], file.getFileName(), times.length, times[times.length / 2], times[0]);
    }

    /** Every decoder step of one-second clips with guidance, two rows, behind the first ones. */
    private static double[] steps(Path file, int runs) {
        try (var model = MusicModel.open(file)) {
            var clock = new StepClock();
            for (int i = 0; i <= runs; i++) {
                if (i == 1) clock.times.clear();
                model.compose(List.of(Request.of("warm lo-fi piano").withSeconds(1).withSeed(i)), clock);
            }
            return clock.times.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** The pass that takes a prompt in, before short clips with guidance; the empty prompt is known from the first one. */
    private static double[] prefixes(Path file, int runs) {
        var times = new double[runs];
        try (var model = MusicModel.open(file)) {
            for (int i = -4; i < runs; i++) {
                Report report = model.compose(List.of(Request.of("warm lo-fi piano").withSeconds(0.05)), Listener.NONE).report();
                if (i >= 0) times[i] = report.times().get(Stage.PREFILL).toNanos() * 1e-6 / report.passes().get(Stage.PREFILL);
            }
        }
        return times;
    }

    /** So many steps of MeLoDy's language model on one clip, behind the first ones. */
    private static double[] melodySteps(Path file, int runs, int threads) {
        try (var model = ModelFile.open(file); Backend cpu = Backends.open(Options.standard().withDevice(Device.CPU).withThreads(threads))) {
            var clock = new StepClock();
            var lm = new LmTrial(model.config(), model, cpu);
            var prompt = new int[1][model.config().object("prompt").integer("levels", 1, 1 << 10)];
            for (int i = 0; i < 2; i++) {
                clock.times.clear();
                lm.sampled(prompt, List.of(Request.of("")), SKIPPED_STEPS + runs, Speculation.OFF, clock);
            }
            return clock.times.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private static final class StepClock implements Listener {
        private final List<Double> times = new ArrayList<>();
        private long before;

        @Override
        public void progress(Progress progress) {
            long now = System.nanoTime();
            if (progress.stage() == Stage.DECODE && progress.done() > SKIPPED_STEPS) times.add((now - before) * 1e-6);
            before = now;
        }
    }

    /** A whole second of sound from its prompt. */
    private static double[] second(Path file, int runs) {
        try (var model = MusicModel.open(file)) {
            return times(runs, () -> model.generate(Request.of("warm lo-fi piano").withSeconds(1)));
        }
    }

    /** 32 tokens through the text encoder. */
    private static double[] t5(Path file, int runs) {
        try (var model = ModelFile.open(file); Backend cpu = Backends.open(Options.standard());
                var encoder = new T5Encoder(T5Config.of(model.config().object("text")), cpu, model)) {
            int[][] ids = {new int[32]}, mask = {new int[32]};
            Arrays.setAll(ids[0], i -> 3 + i * 37);
            Arrays.fill(mask[0], 1);
            return times(runs, () -> encoder.encode(ids, mask));
        }
    }

    /** 250 frames of 4 codebooks to five seconds of sound. */
    private static double[] encodec(Path file, int runs) {
        try (var model = ModelFile.open(file); Backend cpu = Backends.open(Options.standard());
                var codec = new Encodec(EncodecConfig.of(model.config().object("codec")), cpu, model)) {
            var codes = new int[1][4][250];
            for (int k = 0; k < 4; k++) Arrays.setAll(codes[0][k], i -> (i * 37 + 11) % 2048);
            return times(runs, () -> codec.decode(codes));
        }
    }

    /** Two seconds of MeLoDy's latents to sound, or of sound to latents. */
    private static double[] vae(Path file, int runs, boolean decode) {
        try (var model = ModelFile.open(file); Backend cpu = Backends.open(Options.standard());
                var codec = new MelodyCodec(MelodyConfig.of(model.config()).codec(), cpu, model)) {
            int frames = 2 * codec.config().sampleRate() / codec.config().hop(), channels = codec.config().latent();
            var latents = new float[frames * channels];
            for (int i = 0; i < latents.length; i++) latents[i] = (float) Math.sin(i * 0.37);
            float[][] audio = {Arrays.copyOf(latents, frames * codec.config().hop())};
            return times(runs, decode ? () -> codec.decode(Tensor.of(Shape.of(1, frames, channels), latents)) : () -> codec.encode(audio));
        }
    }

    /** 431 frames of 9 codebooks to five seconds of sound. */
    private static double[] dac(Path file, int runs) {
        try (var model = ModelFile.open(file); Backend cpu = Backends.open(Options.standard());
                var codec = new Dac(DacConfig.of(model.config().object("codec")), cpu, model)) {
            var codes = new int[1][9][431];
            for (int k = 0; k < 9; k++) Arrays.setAll(codes[0][k], i -> (i * 37 + 11) % 1024);
            return times(runs, () -> codec.decode(codes));
        }
    }

    private static double[] times(int runs, Runnable part) {
        for (int i = 0; i < 3; i++) part.run();
        var times = new double[runs];
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            part.run();
            times[i] = (System.nanoTime() - start) * 1e-6;
        }
        return times;
    }
}
