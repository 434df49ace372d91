package io.vivace.model.melody;

import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.graph.DType;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.Samples;
import io.vivace.model.TokenSettings;
import io.vivace.sample.Gaussian;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Composes one batch: semantic tokens, latents and sound, window by window. Holds one window of each, beside what was given. */
final class Composing {
    private final MelodyConfig config;
    private final Parts parts;
    private final Batch batch;
    private final Run run;

    Composing(MelodyConfig config, Parts parts, Batch batch, Run run) {
        this.config = config;
        this.parts = parts;
        this.batch = batch;
        this.run = run;
    }

    /** @param sink takes the next samples of every clip, [batch][samples] */
    void compose(Consumer<float[][]> sink) {
        List<Request> requests = batch.jobs().stream().map(Job::request).toList();
        Map<String, int[]> texts = new HashMap<>();
        int[][] prompts = requests.stream().map(request -> prompt(request, texts)).toArray(int[][]::new);
        float[][] known = known();
        Generation tokens = parts.lm().begin(prompts, TokenSettings.of(requests), batch.course().tokens());
        try (StreamingDecoder decoder = parts.codec().stream(batch.size())) {
            var sound = new Samples(batch.first().samples(), sink);
            new LatentWindows(config, parts.sampler(), batch.size(), ends(tokens, decoder, sound)).walk(batch.course(), known, batch.walk(), run);
            sound.give(run.passes(Stage.CODEC, parts.codec()::passes, decoder::finish));
        }
    }

    /** Prompt tokens; a text that several clips share is read once. */
    private int[] prompt(Request request, Map<String, int[]> texts) {
        List<Integer> given = request.given().promptTokens();
        if (given != null) return given.stream().mapToInt(Integer::intValue).toArray();
        return texts.computeIfAbsent(request.prompt(), text -> run.pass(Stage.TEXT, () -> parts.tower().tokens(text)));
    }

    /** Latents of the frames that stay, [batch][frames · channels]; null if none does. */
    private float[][] known() {
        if (batch.first().known() == null) return null;
        var rows = new float[batch.size()][];
        for (int b = 0; b < rows.length; b++) {
            float[][] audio = batch.jobs().get(b).known().samples();
            float[] latents = run.passes(Stage.CONTINUATION, parts.codec()::passes, () -> parts.codec().encode(audio)).latents().floats();
            rows[b] = Arrays.copyOf(latents, batch.course().frames() * config.codec().latent());
        }
        return rows;
    }

    private LatentWindows.Ends ends(Generation tokens, StreamingDecoder decoder, Samples sound) {
        int channels = config.codec().latent();
        return new LatentWindows.Ends() {
            @Override
            public float[][] noise(int from, int count) {
                return batch.jobs().stream().map(Job::request)
                        .map(request -> Gaussian.frames(request.seed(), request.sample(), from, count, channels)).toArray(float[][]::new);
            }

            @Override
            public int[][] tokens(int from, int count) {
                return Arrays.stream(tokens.until(from + count, run)).map(row -> Arrays.copyOfRange(row, from, from + count)).toArray(int[][]::new);
            }

            @Override
            public void latents(int from, int count, float[][] rows) {
                Tensor latents = Tensor.zeros(DType.FLOAT32, Shape.of(batch.size(), count, channels));
                for (int b = 0; b < rows.length; b++) System.arraycopy(rows[b], 0, latents.floats(), b * count * channels, count * channels);
                sound.give(run.passes(Stage.CODEC, parts.codec()::passes, () -> decoder.push(latents)));
            }
        };
    }
}
