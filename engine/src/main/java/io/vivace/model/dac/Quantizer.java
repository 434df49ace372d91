package io.vivace.model.dac;

import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import java.util.Arrays;

/**
 * The residual quantiser with factorised codes: each codebook lives in few channels, into which and out of which a projection leads; entries are
 * compared by direction. arXiv 2306.06546 §3.2.
 */
final class Quantizer {
    private static final String PLACE = "codec.quantizers.";
    /** A sum of squares below which a vector counts as none; as a mean it is added before the root. */
    private static final double NOTHING = 1e-24;

    /**
     * What a clip is in the quantiser.
     *
     * @param codes   int32 [batch, frames, codebooks]
     * @param latents what each codebook was given to compare, [batch, frames, codebooks·channels of an entry]
     */
    record Quantized(Value codes, Value latents) {}

    private final DacConfig config;
    private final Scope scope;

    Quantizer(DacConfig config, Graph g) {
        this.config = config;
        this.scope = new Scope(g, PLACE);
    }

    /** The entries of one codebook by number: int32 [batch, frames] to [batch, frames, channels of an entry]. */
    Value entries(int codebook, Value codes) {
        return scope.graph().add(new Gather(entriesOf(codebook), codes));
    }

    /** The numbers of the entries whose directions are nearest: [batch, frames, channels of an entry] to int32 [batch, frames]. */
    Value nearest(int codebook, Value latent) {
        return scope.graph().add(new Nearest(direction(latent), direction(entriesOf(codebook))));
    }

    /** The sum of what the codebooks stand for: int32 [batch, frames, codebooks] to [batch, frames, latent]. */
    Value sum(Value codes) {
        int batch = codes.shape().at(0), frames = codes.shape().at(1), codebooks = codes.shape().last();
        Value sum = null;
        for (int q = 0; q < codebooks; q++) sum = projected(q, entries(q, codes.slice(2, q, q + 1).reshape(batch, frames)), sum);
        return sum;
    }

    /** Each codebook takes what those before left over of [batch, frames, latent]. */
    Quantized quantize(Value frames, int codebooks) {
        Value rest = frames;
        Value[] codes = new Value[codebooks], latents = new Value[codebooks];
        for (int q = 0; q < codebooks; q++) {
            latents[q] = scope.at(q).affine("in", rest, config.codebookDim(), null, Activation.NONE);
            Value nearest = nearest(q, latents[q]);
            codes[q] = column(nearest);
            if (q + 1 < codebooks) rest = rest.minus(projected(q, entries(q, nearest), null));
        }
        return new Quantized(scope.graph().concat(2, codes), scope.graph().concat(2, latents));
    }

    /** The codes of latents that are there already: [batch, frames, codebooks·channels of an entry] to int32 [batch, frames, codebooks]. */
    Value codes(Value latents) {
        int width = config.codebookDim();
        Value[] codes = new Value[latents.shape().last() / width];
        for (int q = 0; q < codes.length; q++) codes[q] = column(nearest(q, latents.slice(2, q * width, (q + 1) * width)));
        return scope.graph().concat(2, codes);
    }

    private static Value column(Value codes) {
        return codes.reshape(codes.shape().at(0), codes.shape().at(1), 1);
    }

    private Value projected(int codebook, Value entries, Value sum) {
        return scope.at(codebook).affine("out", entries, config.latent(), sum, Activation.NONE);
    }

    /** Name of a codebook's weights. */
    static String table(int codebook) {
        return PLACE + codebook + ".codebook";
    }

    private Value entriesOf(int codebook) {
        return scope.graph().weight(table(codebook), config.codebookSize(), config.codebookDim());
    }

    /** Vectors of length 1, or of nothing. */
    private Value direction(Value x) {
        int width = config.codebookDim();
        float[] scale = new float[width];
        Arrays.fill(scale, (float) (1 / Math.sqrt(width)));
        return scope.graph().add(new RmsNorm(x, scope.graph().constant(Tensor.of(Shape.of(width), scale)), NOTHING / width));
    }
}
