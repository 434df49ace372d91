package io.vivace.model.encodec;

import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Layers;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;
import java.util.List;

/**
 * The two halves of the encoder as graphs: from samples through the recurrence, frame after frame, and from there to codes, for any
 * part of a clip.
 */
final class Encoding {
    private static final String PLACE = "codec.encoder.";

    private final EncodecConfig config;
    private final List<Layer> head;
    private final Recurrence recurrence;
    private final List<Layer> tail;

    Encoding(EncodecConfig config) {
        List<Layer> layers = SeaNet.encoder(config);
        int last = layers.size() - 1;
        boolean recurs = layers.get(last - 1) instanceof Recurrence;
        this.config = config;
        this.head = layers.subList(0, recurs ? last - 1 : last);
        this.recurrence = recurs ? (Recurrence) layers.get(last - 1) : null;
        this.tail = layers.subList(last, last + 1);
    }

    /** Channels between the halves. */
    int channels() {
        return config.filters() << config.ratios().length;
    }

    /** All frames of a clip of these samples. */
    Span frames(Span samples) {
        return Layers.output(head, samples);
    }

    /** What these frames take of the samples; {@code whole} are all samples of the clip. */
    Piece head(int batch, Span frames, Span whole) {
        return Piece.of(batch, 0, head, frames, whole, config.hop(), 1);
    }

    /** What the codes of these frames take of the frames between the halves; {@code whole} are all frames of the clip. */
    Piece tail(int batch, int codebooks, Span frames, Span whole) {
        return Piece.of(batch, codebooks, tail, frames, whole, 1, 1);
    }

    /** Samples that these frames take. */
    Span samples(Span frames, Span whole) {
        return Layers.needs(head, frames, whole);
    }

    /** Frames between the halves that the codes of these frames take. */
    Span context(Span frames, Span whole) {
        return Layers.needs(tail, frames, whole);
    }

    /**
     * Input audio [batch, samples, channels of the audio]; output frames [batch, frames, channels].
     * Must run from frame to frame without a gap.
     */
    Graph headGraph(Piece piece) {
        Graph g = Graph.named("encodec.encoder.head");
        Scope scope = new Scope(g, PLACE);
        Value audio = g.input("audio", DType.FLOAT32, piece.batch(), (int) piece.in().length(), config.channels());
        Value y = Layers.apply(head, scope, new Stretch(audio, piece.in(), piece.whole()), piece.out()).value();
        g.output("frames", recurrence == null ? y : recurrence.resume(scope, y));
        return g;
    }

    /** Input frames [batch, frames, channels]; output codes, int32 [batch, frames, codebooks]. */
    Graph tailGraph(Piece piece) {
        Graph g = Graph.named("encodec.encoder.tail");
        Value frames = g.input("frames", DType.FLOAT32, piece.batch(), (int) piece.in().length(), channels());
        Value latent = Layers.apply(tail, new Scope(g, PLACE), new Stretch(frames, piece.in(), piece.whole()), piece.out()).value();
        g.output("codes", quantize(g, config, latent, piece.codebooks()));
        return g;
    }

    /** Each codebook gives the entry nearest to what the ones before left over. arXiv 2107.03312 §III-C. */
    static Value quantize(Graph g, EncodecConfig config, Value latent, int codebooks) {
        Value rest = latent;
        Value[] codes = new Value[codebooks];
        for (int q = 0; q < codebooks; q++) {
            Value table = Decoding.codebook(g, config, q);
            Value nearest = g.add(new Nearest(rest, table));
            codes[q] = nearest.reshape(latent.shape().at(0), latent.shape().at(1), 1);
            if (q + 1 < codebooks) rest = rest.minus(g.add(new Gather(table, nearest)));
        }
        return g.concat(2, codes);
    }
}
