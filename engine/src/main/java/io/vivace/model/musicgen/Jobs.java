package io.vivace.model.musicgen;

import io.vivace.BadRequest;
import io.vivace.Defaults;
import io.vivace.Denoising;
import io.vivace.Request;
import io.vivace.audio.Clip;
import io.vivace.audio.Resampler;
import io.vivace.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Requests in the model's units, refused where the model cannot serve them. */
final class Jobs {
    /** What T5 was trained with. */
    private static final int MOST_TOKENS = 512;

    private final MusicGenConfig config;
    private final Tokenizer tokenizer;

    Jobs(MusicGenConfig config, Tokenizer tokenizer) {
        this.config = config;
        this.tokenizer = tokenizer;
    }

    /** @throws BadRequest if a request is not for this model */
    List<Job> of(List<Request> requests) {
        if (requests.isEmpty()) throw new BadRequest("There is no request; give at least one.");
        List<Job> jobs = new ArrayList<>();
        for (Request request : requests) jobs.add(job(jobs.size(), request));
        return jobs;
    }

    private Job job(int index, Request asked) {
        Request request = asked.or(Defaults.guided(config.guidance()));
        refuse(request);
        if (request.given().melody() != null && config.chroma() == null) {
            throw new BadRequest("This model cannot follow a melody; leave the melody away, or use a MusicGen melody model.");
        }
        int samples = (int) Math.max(1, Math.round(request.seconds() * config.codec().sampleRate()));
        int frames = Math.ceilDiv(samples, config.samplesPerFrame());
        return new Job(index, request, ids(request), samples, frames, known(request, frames));
    }

    private static void refuse(Request request) {
        if (request.given().infill() != null) throw new BadRequest("This model cannot compose a gap anew; use a diffusion model, as MeLoDy is.");
        if (request.given().promptTokens() != null) throw new BadRequest("This model takes no prompt tokens; give a text.");
        if (!request.denoising().equals(Denoising.STANDARD)) {
            throw new BadRequest("This model draws tokens and denoises nothing; leave away steps, schedule, solver and the interval of guidance.");
        }
    }

    /** The melody models always have text in front of the codes, be it the empty one, which is hidden. */
    private int[] ids(Request request) {
        if (request.prompt().isEmpty() && config.decoder().crossAttention()) return new int[0];
        int[] ids = tokenizer.encode(request.prompt());
        if (ids.length > MOST_TOKENS) {
            throw new BadRequest("The prompt has " + ids.length + " tokens; shorten it to at most " + MOST_TOKENS + ".");
        }
        return ids;
    }

    private int known(Request request, int frames) {
        if (request.given().continuation() == null) return 0;
        Clip sound = request.given().continuation();
        int rate = config.codec().sampleRate();
        int heard = sound.frames();
        if (sound.sampleRate() != rate) heard = new Resampler(sound.sampleRate(), rate, Continuation.QUALITY).outputFrames(heard);
        int given = Math.ceilDiv(heard, config.samplesPerFrame());
        if (given >= frames) {
            throw new BadRequest("The sound to continue has " + sound.seconds() + " s, so the clip of " + request.seconds()
                    + " s, which begins with it, would have nothing new; ask for more seconds or give less sound.");
        }
        return given;
    }
}
