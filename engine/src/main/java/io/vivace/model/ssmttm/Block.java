package io.vivace.model.ssmttm;

import io.vivace.graph.Value;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one layer of the model is put together; every part adds to the residual stream. A further variant of the model is a further record here: the parts
 * that it consists of, which tell it from the others in a checkpoint, and their order.
 */
public sealed interface Block {
    /** What a layer can consist of. */
    enum Part {
        /** Mamba-2. */
        MIXER,
        /** Causal, over prefix and tokens. */
        SELF_ATTENTION,
        /** Chooses between two parts, channel by channel. */
        GATE,
        /** To the text. */
        CROSS_ATTENTION,
        FEED_FORWARD
    }

    List<Block> ALL = List.of(new Mamba(), new Simba(), new CrossSimba(), new CrossTransformer(), new Hybrid());

    /** As the model file calls it. */
    String name();

    Set<Part> parts();

    /** The layer's part of a graph: [rows, frames, hidden] to the same. */
    Value build(Layer layer, Value h);

    static Optional<Block> named(String name) {
        return ALL.stream().filter(block -> block.name().equals(name)).findFirst();
    }

    static Optional<Block> of(Set<Part> parts) {
        return ALL.stream().filter(block -> block.parts().equals(parts)).findFirst();
    }

    /** Prefix Mamba. */
    record Mamba() implements Block {
        @Override
        public String name() {
            return "mamba";
        }

        @Override
        public Set<Part> parts() {
            return Set.of(Part.MIXER);
        }

        @Override
        public Value build(Layer layer, Value h) {
            return layer.mixer(h);
        }
    }

    /** Prefix SiMBA, the published model; and the plain layers of Hybrid. */
    record Simba() implements Block {
        @Override
        public String name() {
            return "simba";
        }

        @Override
        public Set<Part> parts() {
            return Set.of(Part.MIXER, Part.FEED_FORWARD);
        }

        @Override
        public Value build(Layer layer, Value h) {
            return layer.feedForward(layer.mixer(h));
        }
    }

    /** Cross SiMBA. */
    record CrossSimba() implements Block {
        @Override
        public String name() {
            return "cross-simba";
        }

        @Override
        public Set<Part> parts() {
            return Set.of(Part.MIXER, Part.CROSS_ATTENTION, Part.FEED_FORWARD);
        }

        @Override
        public Value build(Layer layer, Value h) {
            return layer.feedForward(layer.crossAttention(layer.mixer(h)));
        }
    }

    /** Cross Transformer. */
    record CrossTransformer() implements Block {
        @Override
        public String name() {
            return "cross-transformer";
        }

        @Override
        public Set<Part> parts() {
            return Set.of(Part.SELF_ATTENTION, Part.CROSS_ATTENTION, Part.FEED_FORWARD);
        }

        @Override
        public Value build(Layer layer, Value h) {
            return layer.feedForward(layer.crossAttention(layer.selfAttention(h)));
        }
    }

    /** Hybrid: Mamba-2 and self-attention side by side. */
    record Hybrid() implements Block {
        @Override
        public String name() {
            return "hybrid";
        }

        @Override
        public Set<Part> parts() {
            return Set.of(Part.MIXER, Part.SELF_ATTENTION, Part.GATE, Part.FEED_FORWARD);
        }

        @Override
        public Value build(Layer layer, Value h) {
            return layer.feedForward(layer.gated(layer.mixer(h), layer.selfAttention(h)));
        }
    }
}
