package io.vivace.model.musicgen;

import io.vivace.Request;

/**
 * A request in the model's units.
 *
 * @param index   among the requests of the run
 * @param ids     token ids of the prompt; empty: nothing to attend to
 * @param samples of the clip, exactly
 * @param frames  code frames that hold them
 * @param known   frames of the sound to continue
 */
record Job(int index, Request request, int[] ids, int samples, int frames, int known) {

    /** Whether there is a condition at all, so that guidance means something. */
    boolean conditional() {
        return !request.prompt().isEmpty() || request.given().melody() != null;
    }

    boolean guided() {
        return conditional() && request.guidance() > 1;
    }
}
