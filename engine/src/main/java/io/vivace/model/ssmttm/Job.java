package io.vivace.model.ssmttm;

import io.vivace.Request;

/**
 * A request in the model's units.
 *
 * @param index   among the requests of the run
 * @param ids     token ids of the prompt
 * @param samples of the clip, exactly
 * @param frames  code frames that hold them
 */
record Job(int index, Request request, int[] ids, int samples, int frames) {

    /** Guidance away from the empty prompt means nothing where the prompt is empty. */
    boolean guided() {
        return !request.prompt().isEmpty() && request.guidance() > 1;
    }
}
