package io.vivace.model.nano;

import io.vivace.backend.Backend;
import io.vivace.weights.Weights;

/** The networks of a model. */
record Parts(TextReader reader, BarWriter writer, LatentSampler sampler, SoundDecoder decoder) implements AutoCloseable {

    static Parts open(NanoConfig config, Backend backend, Weights weights) {
        return new Parts(new TextReader(config, backend, weights), new BarWriter(config, backend, weights), new LatentSampler(config, backend, weights),
                new SoundDecoder(config, backend, weights));
    }

    @Override
    public void close() {
        reader.close();
        writer.close();
        sampler.close();
        decoder.close();
    }
}
