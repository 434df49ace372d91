package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.Stream;

/** Work that goes to the device's stream, as often as it is wanted, and into a capture: a launch of our own, or a call of a library. */
@FunctionalInterface
interface Queued {
    void queue(Stream stream);
}
