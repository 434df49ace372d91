package io.vivace.model.dac;

import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Layers;
import io.vivace.nn.signal.Part;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;
import java.util.List;

/** Decoder and encoder as graphs for any part of a clip. */
final class Graphs {

    /**
     * What tells programs apart.
     *
     * @param rows      of the batch
     * @param codebooks that the codes have
     */
    record Piece(int rows, int codebooks, Part part) {}

    private final DacConfig config;
    private final List<Layer> decoder;
    private final List<Layer> encoder;

    Graphs(DacConfig config) {
        this.config = config;
        this.decoder = Tower.decoder(config);
        this.encoder = Tower.encoder(config);
    }

    /** What these frames of a clip sound like, and the frames of codes that they take; {@code whole} are all frames of the clip. */
    Piece decoding(int rows, int codebooks, Span frames, Span whole) {
        Span samples = frames.times(config.hop()).within(Layers.output(decoder, whole));
        return new Piece(rows, codebooks, Part.of(decoder, samples, whole, 1, config.hop()));
    }

    /** Frames of codes that decoding these frames takes. */
    Span context(Span frames, Span whole) {
        return Layers.needs(decoder, frames.times(config.hop()).within(Layers.output(decoder, whole)), whole);
    }

    /** The codes of these frames of a clip, and the samples that they take; {@code whole} are all samples of the clip. */
    Piece encoding(int rows, int codebooks, Span frames, Span whole) {
        return new Piece(rows, codebooks, Part.of(encoder, frames, whole, config.hop(), 1));
    }

    /** Samples that encoding these frames takes. */
    Span samples(Span frames, Span whole) {
        return Layers.needs(encoder, frames, whole);
    }

    /** Input codes, int32 [rows, frames, codebooks]; output audio [rows, samples, 1]. */
    Graph decoder(Piece piece) {
        Graph g = Graph.named("dac.decoder");
        Part part = piece.part();
        Value codes = g.input("codes", DType.INT32, piece.rows(), (int) part.in().length(), piece.codebooks());
        Stretch latent = new Stretch(new Quantizer(config, g).sum(codes), part.in(), part.whole());
        g.output("audio", Layers.apply(decoder, new Scope(g, "codec.decoder."), latent, part.out()).value());
        return g;
    }

    /** Input audio [rows, samples, 1]; outputs codes, int32 [rows, frames, codebooks], and latents [rows, frames, codebooks·channels of an entry]. */
    Graph encoder(Piece piece) {
        Graph g = Graph.named("dac.encoder");
        Part part = piece.part();
        Stretch audio = new Stretch(g.input("audio", DType.FLOAT32, piece.rows(), (int) part.in().length(), 1), part.in(), part.whole());
        Value frames = Layers.apply(encoder, new Scope(g, "codec.encoder."), audio, part.out()).value();
        Quantizer.Quantized quantized = new Quantizer(config, g).quantize(frames, piece.codebooks());
        g.output("codes", quantized.codes());
        g.output("latents", quantized.latents());
        return g;
    }

    /** Input latents [rows, frames, codebooks·channels of an entry]; output codes, int32 [rows, frames, codebooks]. */
    Graph nearest(Piece piece) {
        Graph g = Graph.named("dac.quantizer");
        Value latents = g.input("latents", DType.FLOAT32, piece.rows(), (int) piece.part().in().length(), piece.codebooks() * config.codebookDim());
        g.output("codes", new Quantizer(config, g).codes(latents));
        return g;
    }
}
