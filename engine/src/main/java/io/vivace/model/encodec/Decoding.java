package io.vivace.model.encodec;

import io.vivace.graph.DType;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Graph;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Layers;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The two halves of the decoder as graphs: from codes through the recurrence, frame after frame, and from there to samples,
 * for any part of a clip.
 */
final class Decoding {
    private static final String PLACE = "codec.decoder.";

    private final EncodecConfig config;
    private final List<Layer> head;
    private final Recurrence recurrence;
    private final List<Layer> tail;

    Decoding(EncodecConfig config) {
        List<Layer> layers = SeaNet.decoder(config);
        boolean recurs = layers.get(1) instanceof Recurrence;
        this.config = config;
        this.head = layers.subList(0, 1);
        this.recurrence = recurs ? (Recurrence) layers.get(1) : null;
        this.tail = layers.subList(recurs ? 2 : 1, layers.size());
    }

    /** Channels between the halves. */
    int channels() {
        return config.filters() << config.ratios().length;
    }

    /** What these frames between the halves take of the codes; {@code whole} are all frames of the clip. */
    Piece head(int batch, int codebooks, Span out, Span whole) {
        return Piece.of(batch, codebooks, head, out, whole, 1, 1);
    }

    /** What these samples take of the frames between the halves; {@code whole} are all frames of the clip. */
    Piece tail(int batch, Span samples, Span whole) {
        return Piece.of(batch, 0, tail, samples, whole, 1, config.hop());
    }

    /** Frames between the halves that these samples take. */
    Span context(Span samples, Span whole) {
        return Layers.needs(tail, samples, whole);
    }

    /** Frames of codes that these frames between the halves take. */
    Span codes(Span frames, Span whole) {
        return Layers.needs(head, frames, whole);
    }

    /**
     * Input codes, int32 [batch, frames, codebooks]; output frames [batch, frames, channels].
     * Must run from frame to frame without a gap.
     */
    Graph headGraph(Piece piece) {
        Graph g = Graph.named("encodec.decoder.head");
        Value codes = g.input("codes", DType.INT32, piece.batch(), (int) piece.in().length(), piece.codebooks());
        Stretch latent = new Stretch(latent(g, config, codes), piece.in(), piece.whole());
        Scope scope = new Scope(g, PLACE);
        Value y = Layers.apply(head, scope, latent, piece.out()).value();
        g.output("frames", recurrence == null ? y : recurrence.resume(scope, y));
        return g;
    }

    /** Input frames [batch, frames, channels]; output audio [batch, samples, channels of the audio]. */
    Graph tailGraph(Piece piece) {
        Graph g = Graph.named("encodec.decoder.tail");
        Value frames = g.input("frames", DType.FLOAT32, piece.batch(), (int) piece.in().length(), channels());
        g.output("audio", Layers.apply(tail, new Scope(g, PLACE), new Stretch(frames, piece.in(), piece.whole()), piece.out()).value());
        return g;
    }

    /** The sum of the codebook entries: [batch, frames, hidden]. */
    static Value latent(Graph g, EncodecConfig config, Value codes) {
        List<Value> tables = IntStream.range(0, codes.shape().last()).mapToObj(q -> codebook(g, config, q)).toList();
        return g.add(new EmbeddingSum(tables, codes));
    }

    static Value codebook(Graph g, EncodecConfig config, int number) {
        return g.weight("codec.codebooks." + number, config.codebookSize(), config.hidden());
    }
}
