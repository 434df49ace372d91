package io.vivace.nn.signal;

import io.vivace.graph.Value;

/**
 * Part of a signal inside a graph.
 *
 * @param value  [batch, frames, channels]
 * @param frames of the signal that value holds
 * @param whole  all frames that the signal has; where it begins and ends, layers pad
 */
public record Stretch(Value value, Span frames, Span whole) {

    /** These frames of it. */
    public Value slice(Span part) {
        return value.slice(1, (int) (part.from() - frames.from()), (int) (part.to() - frames.from()));
    }
}
