package io.vivace.model.nano;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.Composition;
import io.vivace.Defaults;
import io.vivace.Denoising;
import io.vivace.Given;
import io.vivace.Listener;
import io.vivace.ModelInfo;
import io.vivace.Plan;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.audio.Clip;
import io.vivace.backend.Backend;
import io.vivace.model.Composer;
import io.vivace.model.Run;
import io.vivace.model.Samples;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.TensorEntry;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** Vivace's own small model: a prompt becomes a sheet, a language model writes bars, diffusion gives them timbre, a decoder shapes excitations in tune. */
public final class Nano implements Composer {
    private static final Denoising DENOISING = new Denoising(1, Denoising.Schedule.LINEAR, Denoising.Solver.SECOND_ORDER, Denoising.Interval.ALL);

    private final ModelHeader header;
    private final NanoConfig config;
    private final Backend backend;
    private final Parts parts;
    private volatile Planned planned;

    /** What was planned last. */
    private record Planned(List<Request> requests, Plan plan) {}

    private Nano(ModelHeader header, NanoConfig config, Backend backend, Weights weights) {
        this.header = header;
        this.config = config;
        this.backend = backend;
        parts = Parts.open(config, backend, weights);
    }

    /** @throws BadCheckpoint if the config is damaged, or a network or the tokenizer is missing */
    public static Nano open(ModelHeader header, Weights weights, Backend backend) {
        NanoConfig config = NanoConfig.of(header.config());
        if (!config.whole()) {
            throw new BadCheckpoint("The model lacks networks of vivace-nano, which needs text, lm, diffusion and decoder; convert a whole checkpoint.");
        }
        return new Nano(header, config, backend, weights);
    }

    private Defaults defaults() {
        return new Defaults(1, config.lm().drawing(), DENOISING);
    }

    @Override
    public ModelInfo info() {
        double window = (double) config.diffusion().window() * 2 * NanoConfig.HOP / NanoConfig.SAMPLE_RATE;
        return new ModelInfo(header.family(), backend.description(), NanoConfig.SAMPLE_RATE, 1, NanoConfig.SAMPLE_RATE / NanoConfig.HOP, 1, window, false,
                true, defaults(), header.licence() == null ? "" : header.licence());
    }

    /** Reads the prompts, since their tempo decides how many bars there will be. Whoever asks before a run, as the command line does, is asked again by the run. */
    @Override
    public Plan plan(List<Request> requests) {
        Planned last = planned;
        if (last != null && last.requests.equals(requests)) return last.plan;
        long bytes = header.tensors().stream().mapToLong(TensorEntry::length).sum();
        Plan plan = new Planning(config, parts.reader(), bytes).of(jobs(requests, Listener.NONE, new Run(Listener.NONE, 0)));
        planned = new Planned(List.copyOf(requests), plan);
        return plan;
    }

    @Override
    public Composition compose(List<Request> requests, Listener listener) {
        var run = new Run(listener, 0);
        List<Job> jobs = jobs(requests, listener, run);
        List<Clip> clips = new ArrayList<>();
        for (Job job : jobs) {
            var samples = new float[1][job.samples()];
            new Composing(config, parts, job, run).compose(Samples.gathering(samples));
            clips.add(Clip.mono(samples[0], NanoConfig.SAMPLE_RATE));
        }
        return new Composition(List.copyOf(clips), run.report(clips.stream().mapToDouble(Clip::seconds).sum()));
    }

    @Override
    public Report stream(Request request, Listener listener) {
        var run = new Run(listener, 0);
        Job job = jobs(List.of(request), listener, run).getFirst();
        new Composing(config, parts, job, run).compose(piece -> listener.chunk(Clip.mono(piece[0], NanoConfig.SAMPLE_RATE)));
        return run.report((double) job.samples() / NanoConfig.SAMPLE_RATE);
    }

    /** Requests in the model's units, once their prompts are read. */
    private List<Job> jobs(List<Request> requests, Listener listener, Run run) {
        if (requests.isEmpty()) throw new BadRequest("There is no request; give at least one.");
        List<Request> whole = requests.stream().map(request -> accepted(request.or(defaults()))).toList();
        List<Reading> readings = parts.reader().read(whole, run);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < whole.size(); i++) {
            listener.understood(i, readings.get(i).traits(config));
            jobs.add(Job.of(config, whole.get(i), readings.get(i).sheet()));
        }
        run.expect(jobs.stream().mapToLong(job -> job.written(config) + (long) job.windows(config) * job.request().denoising().steps()).sum());
        return jobs;
    }

    /** @throws BadRequest if the model cannot serve a request */
    private static Request accepted(Request request) {
        Given given = request.given();
        if (given.continuation() != null || given.infill() != null || given.melody() != null) {
            throw new BadRequest("This model cannot hear, so it takes no sound to continue, mend or follow; leave the sound away, "
                    + "or use a MeLoDy or MusicGen model.");
        }
        if (given.promptTokens() != null) throw new BadRequest("This model reads texts only; give a prompt instead of tokens.");
        if (request.guidance() != 1) {
            throw new BadRequest("This model follows its prompt without guidance, so a guidance of " + request.guidance() + " is not possible; leave it away.");
        }
        return request;
    }

    @Override
    public void close() {
        parts.close();
    }
}
