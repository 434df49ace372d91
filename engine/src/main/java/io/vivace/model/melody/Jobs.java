package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.Defaults;
import io.vivace.Given;
import io.vivace.Request;
import io.vivace.audio.Clip;
import io.vivace.audio.Resampler;
import java.util.ArrayList;
import java.util.List;

/** Requests in the model's units, refused where the model cannot serve them. */
final class Jobs {
    private final MelodyConfig config;

    Jobs(MelodyConfig config) {
        this.config = config;
    }

    /** @throws BadRequest if a request is not for this model */
    List<Job> of(List<Request> requests) {
        if (requests.isEmpty()) throw new BadRequest("There is no request; give at least one.");
        List<Job> jobs = new ArrayList<>();
        for (Request request : requests) jobs.add(job(jobs.size(), request.or(Defaults.guided(config.diffusion().guidance()))));
        return jobs;
    }

    private Job job(int index, Request request) {
        Given given = request.given();
        if (given.melody() != null) throw new BadRequest("This model cannot follow a melody; leave the melody away, or use a MusicGen melody model.");
        prompt(request);
        if (given.infill() != null) return infill(index, request);
        int samples = (int) Math.max(1, Math.round(request.seconds() * config.codec().sampleRate()));
        if (given.continuation() != null) return continuation(index, request, samples);
        int frames = frames(samples);
        return new Job(index, request, null, samples, Course.of(config.semantic(), frames, 0, frames));
    }

    private void prompt(Request request) {
        List<Integer> tokens = request.given().promptTokens();
        if (tokens == null) {
            if (config.text() != null) return;
            throw new BadRequest("This model has no text tower, so it knows no words; convert it with --text-tower CLAP, or give its "
                    + config.prompt().levels() + " prompt tokens.");
        }
        if (!request.prompt().isEmpty()) throw new BadRequest("The prompt is given as a text and as tokens; give one of them.");
        if (tokens.size() != config.prompt().levels()) {
            throw new BadRequest("There are " + tokens.size() + " prompt tokens, but this model takes " + config.prompt().levels() + ".");
        }
        for (int token : tokens) {
            if (token >= 0 && token < config.prompt().size()) continue;
            throw new BadRequest("Prompt token " + token + " is not one of 0 to " + (config.prompt().size() - 1) + ".");
        }
    }

    private Job continuation(int index, Request request, int samples) {
        Clip sound = fitted(request.given().continuation(), "continue");
        int known = sound.frames() / config.codec().hop(), frames = frames(samples);
        if (known == 0) {
            throw new BadRequest("The sound to continue has " + sound.frames() + " samples at this model's rate, less than a frame of "
                    + config.codec().hop() + "; give more.");
        }
        if (known >= frames) {
            throw new BadRequest("The sound to continue has " + sound.seconds() + " s, so the clip of " + request.seconds()
                    + " s, which begins with it, would have nothing new; ask for more seconds or give less sound.");
        }
        return new Job(index, request, sound.slice(0, known * config.codec().hop()), samples, Course.of(config.semantic(), frames, known, frames));
    }

    private Job infill(int index, Request request) {
        Given.Infill infill = request.given().infill();
        if (Math.abs(request.seconds() - infill.song().seconds()) > 1.0 / infill.song().sampleRate()) {
            throw new BadRequest("A mended sound stays as long as it is, " + infill.song().seconds() + " s; leave away the " + request.seconds() + " s.");
        }
        Clip song = fitted(infill.song(), "mend");
        double rate = config.frameRate();
        int frames = frames(song.frames()), from = Math.min((int) Math.floor(infill.from() * rate), frames - 1);
        int to = Math.clamp((long) Math.ceil(infill.to() * rate), from + 1, frames);
        return new Job(index, request, song, song.frames(), Course.of(config.semantic(), frames, from, to));
    }

    private int frames(int samples) {
        return Math.ceilDiv(samples, config.codec().hop());
    }

    private Clip fitted(Clip clip, String purpose) {
        if (config.codec().encoder() == null) {
            throw new BadRequest("This model has no encoder, so it cannot hear a sound to " + purpose + "; leave the sound away.");
        }
        if (silent(clip)) throw new BadRequest("The sound to " + purpose + " is silent throughout; give one that can be heard, or none.");
        return clip.toMono().resampled(config.codec().sampleRate(), Resampler.Quality.SHARP);
    }

    private static boolean silent(Clip clip) {
        for (float[] channel : clip.samples()) {
            for (float sample : channel) if (sample != 0) return false;
        }
        return true;
    }
}
