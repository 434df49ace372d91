package io.vivace.model.ssmttm;

import io.vivace.BadRequest;
import io.vivace.Defaults;
import io.vivace.Denoising;
import io.vivace.Given;
import io.vivace.Request;
import io.vivace.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Requests in the model's units, refused where the model cannot serve them. */
final class Jobs {
    /** What T5 was trained with. */
    private static final int MOST_TOKENS = 512;

    private final SsmTtmConfig config;
    private final Tokenizer tokenizer;

    Jobs(SsmTtmConfig config, Tokenizer tokenizer) {
        this.config = config;
        this.tokenizer = tokenizer;
    }

    /** @throws BadRequest if a request is not for this model */
    List<Job> of(List<Request> requests) {
        if (requests.isEmpty()) throw new BadRequest("There is no request; give at least one.");
        List<Job> jobs = new ArrayList<>();
        for (Request request : requests) jobs.add(job(jobs.size(), request.or(Defaults.guided(config.guidance()))));
        return jobs;
    }

    private Job job(int index, Request request) {
        if (!request.given().equals(Given.NOTHING)) {
            throw new BadRequest("This model composes from text alone: it continues, follows and mends no sound, and takes no prompt tokens.");
        }
        demandDenoising(request.denoising());
        int[] ids = tokenizer.encode(request.prompt());
        if (ids.length > MOST_TOKENS) throw new BadRequest("The prompt has " + ids.length + " tokens; shorten it to at most " + MOST_TOKENS + ".");
        int samples = (int) Math.max(1, Math.round(request.seconds() * config.codec().sampleRate()));
        return new Job(index, request, ids, samples, config.frames(samples));
    }

    /** The second stage takes steps as it likes, all of them or its own choice of few. */
    private void demandDenoising(Denoising asked) {
        if (config.second() == null) {
            if (asked.equals(Denoising.STANDARD)) return;
            throw new BadRequest("This model draws tokens and denoises nothing; leave away steps, schedule, solver and the interval of guidance.");
        }
        if (!asked.equals(Denoising.STANDARD.withSteps(asked.steps()))) {
            throw new BadRequest("This model's second stage chooses steps and solver itself; leave away schedule, solver and the interval of guidance.");
        }
        if (asked.steps() > config.second().network().steps()) {
            throw new BadRequest("This model's second stage takes at most " + config.second().network().steps() + " steps, not " + asked.steps() + ".");
        }
    }
}
