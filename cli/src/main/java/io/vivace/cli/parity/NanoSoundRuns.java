package io.vivace.cli.parity;

import io.vivace.Denoising;
import io.vivace.Listener;
import io.vivace.backend.Backend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.diffusion.Walk;
import io.vivace.model.nano.DenoiserTrial;
import io.vivace.model.nano.LatentSampler;
import io.vivace.model.nano.LatentWindows;
import io.vivace.model.nano.NanoConfig;
import io.vivace.model.nano.Note;
import io.vivace.model.nano.Sheet;
import io.vivace.model.nano.SoundDecoder;
import io.vivace.model.nano.SoundTrial;
import io.vivace.weights.ModelFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What cases of vivace-nano's diffusion and of its decoder compute. Their notes are rows of role, pitch, start and end. */
final class NanoSoundRuns {
    private static final int LATENT = NanoConfig.LATENT, FEATURES = NanoConfig.FEATURES;
    /** Frames of a stretch, so small that there are several. */
    private static final int SHORT_STRETCH = 6;

    private NanoSoundRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend, ModelFile model) {
        NanoConfig config = NanoConfig.of(model.config());
        List<Note> notes = Arrays.stream(in.table("in.notes")).map(row -> new Note((int) row[0], (int) row[1], row[2], row[3])).toList();
        var trial = new SoundTrial(config, new Sheet(in.get("in.plan").ints()), notes);
        return test.kind().equals("sample") ? latents(test, in, config, backend, model, trial) : sound(test, in, config, backend, model, trial);
    }

    private static Map<String, Values> latents(Case test, CaseTensors in, NanoConfig config, Backend backend, ModelFile model, SoundTrial trial) {
        var sheet = new Sheet(in.get("in.plan").ints());
        Tensor x = in.tensor("in.x");
        int frames = x.shape().at(1);
        Tensor features = Tensor.of(Shape.of(1, frames, 2 * FEATURES), trial.features(0, 2 * frames));
        var results = new HashMap<String, Values>();
        DenoiserTrial.velocity(config, backend, model, features, sheet, x, test.params().integer("kept", 0, frames), test.params().number("angle"))
                .forEach((name, tensor) -> results.put("out." + name, Values.of(tensor)));
        results.put("out.latents", Values.of((Object) windows(test, in.table("in.noise"), config, backend, model, trial, sheet)));
        return results;
    }

    /** [frames][channels] */
    private static float[][] windows(Case test, float[][] noise, NanoConfig config, Backend backend, ModelFile model, SoundTrial trial, Sheet sheet) {
        int steps = test.params().integer("steps", 1, 1 << 10);
        var denoising = new Denoising(steps, Denoising.Schedule.LINEAR, Denoising.Solver.SECOND_ORDER, Denoising.Interval.ALL);
        List<float[]> rows = new ArrayList<>();
        try (var sampler = new LatentSampler(config, backend, model)) {
            var windows = new LatentWindows(config, sampler, sheet, noise.length, new LatentWindows.Source() {
                @Override public float[] noise(int from, int count) {
                    var all = new float[count * LATENT];
                    for (int i = 0; i < count; i++) System.arraycopy(noise[from + i], 0, all, i * LATENT, LATENT);
                    return all;
                }

                @Override public float[] features(int from, int count) {
                    return trial.features(2 * from, 2 * count);
                }
            });
            while (!windows.whole()) {
                float[] next = windows.next(Walk.of(denoising, 1), new Run(Listener.NONE, 0));
                for (int i = 0; i < next.length; i += LATENT) rows.add(Arrays.copyOfRange(next, i, i + LATENT));
            }
        }
        return rows.toArray(float[][]::new);
    }

    /** Gains of the first frames only, as many as the case has. */
    private static Map<String, Values> sound(Case test, CaseTensors in, NanoConfig config, Backend backend, ModelFile model, SoundTrial trial) {
        int first = test.params().integer("first", 0, 1 << 16), frames = in.get("out.features").dims()[0];
        var results = new HashMap<String, Values>();
        results.put("out.features", new Values(new int[] {frames, FEATURES}, trial.features(first, frames), null));
        results.put("out.excitations", Values.of((Object) trial.excitations(first, frames)));
        Values latents = in.get("in.latents");
        trial.gains(backend, model, Tensor.of(Shape.of(1, latents.dims()[0], LATENT), latents.floats())).forEach((name, gains) -> {
            int[] dims = in.get("out." + name).dims();
            results.put("out." + name, new Values(dims, Arrays.copyOf(gains.floats(), dims[0] * dims[1] * dims[2]), null));
        });
        float[] noise = in.get("in.noise").floats();
        try (var whole = new SoundDecoder(config, backend, model); var parts = new SoundDecoder(config, backend, model, SHORT_STRETCH)) {
            results.put("out.sound", Values.of((Object) trial.sound(whole, latents.floats(), noise)));
            results.put("out.sound in parts", Values.of((Object) trial.sound(parts, latents.floats(), noise)));
        }
        return results;
    }
}
