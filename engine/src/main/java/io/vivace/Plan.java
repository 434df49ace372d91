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
 * @param musicLmPasses   what MusicLM needs for the same seconds (arXiv 2301.11325): 625 a second
 */
public record Plan(long weightBytes, long stateBytes, long activationBytes, long codecBytes, Map<Stage, Long> passes, long musicLmPasses) {

    /** MusicLM: 25 semantic tokens and 600 acoustic ones a second, one pass each. */
    public static final int MUSICLM_PASSES_A_SECOND = 625;

    public long bytes() {
        return weightBytes + stateBytes + activationBytes + codecBytes;
    }

    public long allPasses() {
        return passes.values().stream().mapToLong(Long::longValue).sum();
    }
}
