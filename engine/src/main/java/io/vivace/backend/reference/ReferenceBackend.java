package io.vivace.backend.reference;

import io.vivace.backend.Backend;
import io.vivace.weights.Weights;

/**
 * The naive interpreter in double precision: what every other back end is measured against. Fused operations run only as
 * their decomposition, which is their definition. Nothing is fast, fused, shared or reused here.
 */
public final class ReferenceBackend implements Backend {

    @Override
    public String description() {
        return "reference, double precision, 1 thread";
    }

    @Override
    public Session open(Weights weights) {
        return new ReferenceSession(weights);
    }

    @Override
    public void close() {}
}
