package io.vivace.model.encodec;

import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Primitive.Gather;
import io.vivace.graph.Primitive.Nearest;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import java.util.List;

/** The encoder as a graph: samples to codes. */
final class Encoding {

    /** What tells encoders apart. */
    record Size(int batch, int samples, int codebooks) {}

    private Encoding() {}

    /** Input audio [batch, samples, channels]; output codes, int32 [batch, frames, codebooks]. */
    static Graph graph(EncodecConfig config, Size size) {
        Graph g = Graph.named("encodec.encoder");
        Value audio = g.input("audio", DType.FLOAT32, size.batch, size.samples, config.channels());
        Span all = Span.first(size.samples);
        List<Layer> layers = SeaNet.encoder(config);
        Span frames = SeaNet.output(layers, all);
        Value latent = SeaNet.apply(layers, new Scope(g, "codec.encoder."), new Stretch(audio, all, all), frames).value();
        g.output("codes", quantize(g, config, latent, size.codebooks));
        return g;
    }

    /** Each codebook gives the entry nearest to what the ones before left over. arXiv 2107.03312 §III-C. */
    private static Value quantize(Graph g, EncodecConfig config, Value latent, int codebooks) {
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
