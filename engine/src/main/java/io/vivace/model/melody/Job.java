package io.vivace.model.melody;

import io.vivace.Request;
import io.vivace.audio.Clip;

/**
 * A request in the model's units.
 *
 * @param index   among the requests of the run
 * @param known   sound at the codec's rate, mono, that stays outside of what is composed; or null
 * @param samples of the clip, exactly
 * @param course  through its latent frames
 */
record Job(int index, Request request, Clip known, int samples, Course course) {}
