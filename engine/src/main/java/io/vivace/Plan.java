package io.vivace;

import java.util.Map;

/**
 * What a request needs, known before anything is allocated.
 *
 * @param weightBytes     the model file's tensors
 * @param stateBytes      what lives from step to step: keys and values of attention, tokens
 * @param activationBytes the largest intermediate results of the text encoder and the decoder
 * @param codecBytes      activations of the codec, and the finished clips (which a streaming run does not keep)
 * @param passes          network evaluations; a batch counts once
 * @param audioSeconds    of all clips together
 */
public record Plan(long weightBytes, long stateBytes, long activationBytes, long codecBytes, Map<Stage, Long> passes, double audioSeconds) {

    /** MusicLM: 25 semantic tokens and 600 acoustic ones a second, one pass each. */
    public static final int MUSICLM_PASSES_A_SECOND = 625;
    /** MeLoDy: semantic tokens a second, one pass each, and denoising steps, arXiv 2305.15719 Table 3. */
    private static final int MELODY_PASSES_A_SECOND = 25, MELODY_STEPS = 20;

    public long bytes() {
        return weightBytes + stateBytes + activationBytes + codecBytes;
    }

    /** What MusicLM needs for the same seconds, arXiv 2301.11325. */
    public long musicLmPasses() {
        return Math.round(audioSeconds * MUSICLM_PASSES_A_SECOND);
    }

    /** What MeLoDy's paper counts for the same seconds. */
    public long melodyPasses() {
        return Math.round(audioSeconds * MELODY_PASSES_A_SECOND) + MELODY_STEPS;
    }

    public long allPasses() {
        return passes.values().stream().mapToLong(Long::longValue).sum();
    }
}
