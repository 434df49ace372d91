package io.vivace.nn.signal;

import io.vivace.graph.Activation;
import io.vivace.nn.Scope;

/**
 * A layer that can be asked for any part of its output, and says what part of its input that takes. The result is the same, bit for
 * bit, whatever part is asked for: borders of the signal are padded, borders of a part are not.
 */
public interface Layer {

    /** All frames that come out for all that go in. */
    Span output(Span whole);

    /** Frames of the input that these frames of the output take. */
    Span needs(Span out, Span whole);

    /** These frames of the output; {@code x} holds what they need. */
    Stretch apply(Scope scope, Stretch x, Span out);

    /** The same layer with an activation behind it. */
    Layer then(Activation activation);
}
