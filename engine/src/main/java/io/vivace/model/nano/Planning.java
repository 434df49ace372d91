package io.vivace.model.nano;

import io.vivace.Plan;
import io.vivace.Request;
import io.vivace.Stage;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Bytes and passes of clips, which are composed one after the other. */
final class Planning {
    private final NanoConfig config;
    private final TextReader reader;
    private final long weightBytes;

    Planning(NanoConfig config, TextReader reader, long weightBytes) {
        this.config = config;
        this.reader = reader;
        this.weightBytes = weightBytes;
    }

    /** The largest clip counts for each kind of memory, all of them for passes. */
    Plan of(List<Job> jobs) {
        List<Request> requests = jobs.stream().map(Job::request).toList();
        Map<Stage, Long> passes = new EnumMap<>(Stage.class);
        passes.put(Stage.TEXT, reader.passes(requests));
        long state = 0, activations = 0, samples = 0;
        for (Job job : jobs) {
            BarWriter.Bytes bars = BarWriter.bytes(config, 1, job.written(config));
            state = Math.max(state, bars.state());
            activations = Math.max(activations, bars.activations() + windows(job));
            samples += job.samples();
            BarWriter.passes(config, job.written(config)).forEach((stage, count) -> passes.merge(stage, count, Long::sum));
            passes.merge(Stage.DENOISE, (long) job.windows(config) * job.request().denoising().steps(), Long::sum);
            passes.merge(Stage.CODEC, (long) job.stretches(config), Long::sum);
        }
        long sound = SoundDecoder.bytes(config) + samples * Float.BYTES;
        return new Plan(weightBytes, state, activations + reader.bytes(requests), sound, passes, (double) samples / NanoConfig.SAMPLE_RATE);
    }

    /** The sampler keeps the lengths of window that it used last. */
    private long windows(Job job) {
        int latents = job.latents(config);
        return IntStream.range(0, job.windows(config)).map(window -> LatentWindows.length(config.diffusion(), latents, window)).distinct().boxed()
                .sorted(Comparator.reverseOrder()).limit(LatentSampler.LENGTHS).mapToLong(frames -> LatentSampler.bytes(config, frames)).sum();
    }
}
