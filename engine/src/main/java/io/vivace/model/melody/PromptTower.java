package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.weights.Weights;
import java.util.Optional;

/** Text in, prompt tokens out. Not safe for use by several threads at once. */
public sealed interface PromptTower extends AutoCloseable permits TextPrompt {

    /** The tower of a model file; empty where it has none, so that prompts can be given as tokens only. */
    static Optional<PromptTower> of(MelodyConfig config, Backend backend, Weights weights) {
        return config.text() == null ? Optional.empty() : Optional.of(new TextPrompt(config, backend, weights));
    }

    /**
     * The prompt of a text, one token a level. One network evaluation.
     *
     * @throws BadRequest if the text is too long
     */
    int[] tokens(String text);

    /**
     * Bytes of the program that {@link #tokens} takes for this text, beside the weights.
     *
     * @throws BadRequest if the text is too long
     */
    long bytes(String text);

    @Override
    void close();
}
