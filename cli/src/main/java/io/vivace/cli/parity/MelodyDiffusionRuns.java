package io.vivace.cli.parity;

import io.vivace.BadCheckpoint;
import io.vivace.Denoising.Schedule;
import io.vivace.Listener;
import io.vivace.backend.Backend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.diffusion.AngleSteps;
import io.vivace.model.diffusion.Walk;
import io.vivace.model.melody.DiffusionTrial;
import io.vivace.model.melody.LatentSampler;
import io.vivace.model.melody.LatentSampler.Window;
import io.vivace.model.melody.LatentWindows;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.weights.Json.ObjectNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** What cases of MeLoDy's diffusion network and its sampler compute. */
final class MelodyDiffusionRuns {
    private MelodyDiffusionRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            MelodyConfig config = MelodyConfig.of(model.file().config());
            var trial = new DiffusionTrial(config, model.file(), backend);
            return switch (test.kind()) {
                case "block" -> named(in, block(test, in, trial));
                case "denoise" -> named(in, trial.velocity(in.tensor("in.x"), in.tensor("in.angle"), in.matrix("in.tokens"), test.params().number("guidance")));
                case "sample" -> {
                    try (var sampler = new LatentSampler(config, backend, model.file())) {
                        yield in.has("in.noise") ? window(test, in, config, sampler) : windows(test, in, config, sampler);
                    }
                }
                default -> throw new Unsupported("cases of kind " + test.kind());
            };
        }
    }

    /** Results under the names that the case has them by: expected ones, or ones on the way. */
    private static Map<String, Values> named(CaseTensors in, Map<String, Tensor> results) {
        var values = new HashMap<String, Values>();
        results.forEach((name, tensor) -> values.put((in.has("out." + name) ? "out." : "mid.") + name, Values.of(tensor)));
        return values;
    }

    /** "diffusion.blocks.N", or ".fine" or ".fine_path" of it. */
    private static Map<String, Tensor> block(Case test, CaseTensors in, DiffusionTrial trial) {
        String[] part = test.params().text("part").split("\\.");
        if (part.length < 3 || !part[2].matches("[0-9]{1,4}")) throw new Unsupported("the part " + test.params().text("part"));
        int number = Integer.parseInt(part[2]);
        return switch (part.length == 3 ? "" : part[3]) {
            case "" -> trial.block(number, in.tensor("in.h"), in.tensor("in.modulation"), in.tensor("in.memory"));
            case "fine" -> trial.recurrent(number, in.tensor("in.x"));
            case "fine_path" -> trial.fine(number, in.tensor("in.angle"), in.matrix("in.tokens"), in.tensor("in.h"));
            default -> throw new Unsupported("the part " + test.params().text("part"));
        };
    }

    /** One window, with kept frames if there are any. */
    private static Map<String, Values> window(Case test, CaseTensors in, MelodyConfig config, LatentSampler sampler) {
        Walk walk = walk(test.params());
        float[][] start = in.table("in.noise");
        boolean[] kept = null;
        if (in.has("in.keep")) {
            float[][] known = in.table("in.known");
            int[] keep = in.get("in.keep").ints();
            int channels = config.diffusion().latent();
            kept = new boolean[keep.length];
            for (int i = 0; i < keep.length; i++) {
                kept[i] = keep[i] != 0;
                if (kept[i]) for (int row = 0; row < start.length; row++) System.arraycopy(known[row], i * channels, start[row], i * channels, channels);
            }
        }
        float[][] latents = sampler.sample(new Window(start, kept, in.matrix("in.tokens")), walk, silent(walk.steps()));
        return results(walk, latents, config);
    }

    /** A walk through several windows. */
    private static Map<String, Values> windows(Case test, CaseTensors in, MelodyConfig config, LatentSampler sampler) {
        return results(walk(test.params()), latents(test, in, in.matrix("in.tokens"), config, sampler), config);
    }

    /** Latents of the first window and of the case's further chunks, [batch][frames · channels]. */
    static float[][] latents(Case test, CaseTensors in, int[][] tokens, MelodyConfig config, LatentSampler sampler) {
        int chunks = test.params().integer("further_chunks", 0, 1 << 16);
        Walk walk = walk(test.params());
        int frames = config.semantic().windowFrames() + chunks * config.semantic().chunkFrames(), channels = config.diffusion().latent();
        var latents = new float[tokens.length][frames * channels];
        new LatentWindows(config, sampler, tokens.length, new LatentWindows.Ends() {
            private int window;

            @Override public float[][] noise(int from, int count) {
                return in.table("in.noise." + window++);
            }

            @Override public int[][] tokens(int from, int count) {
                return Arrays.stream(tokens).map(row -> Arrays.copyOfRange(row, from, from + count)).toArray(int[][]::new);
            }

            @Override public void latents(int from, int count, float[][] made) {
                for (int row = 0; row < made.length; row++) System.arraycopy(made[row], 0, latents[row], from * channels, count * channels);
            }
        }).walk(config.semantic(), frames, walk, silent((long) walk.steps() * (chunks + 1)));
        return latents;
    }

    private static Map<String, Values> results(Walk walk, float[][] latents, MelodyConfig config) {
        double[] widths = AngleSteps.widths(walk.schedule(), walk.steps());
        var steps = new float[widths.length];
        for (int i = 0; i < steps.length; i++) steps[i] = (float) widths[i];
        return Map.of("out.angle_steps", Values.of((Object) steps), "out.latents", Values.of(tensor(latents, config)));
    }

    /** Rows of latents as [batch, frames, channels]. */
    static Tensor tensor(float[][] latents, MelodyConfig config) {
        int channels = config.diffusion().latent(), frames = latents[0].length / channels;
        var all = new float[latents.length * frames * channels];
        for (int row = 0; row < latents.length; row++) System.arraycopy(latents[row], 0, all, row * frames * channels, frames * channels);
        return Tensor.of(Shape.of(latents.length, frames, channels), all);
    }

    private static Walk walk(ObjectNode params) {
        Predicate<Schedule> wanted = each -> each.name().toLowerCase(Locale.ROOT).equals(params.text("schedule"));
        Schedule schedule = Arrays.stream(Schedule.values()).filter(wanted).findFirst()
                .orElseThrow(() -> new BadCheckpoint("The case asks for the schedule \"" + params.text("schedule") + "\", which is not known."));
        return Walk.of(params.integer("steps", 1, 1 << 10), params.number("guidance")).with(schedule);
    }

    private static Run silent(long steps) {
        return new Run(Listener.NONE, steps);
    }
}
