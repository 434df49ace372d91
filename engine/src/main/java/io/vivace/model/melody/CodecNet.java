package io.vivace.model.melody;

import io.vivace.graph.Activation;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Value;
import io.vivace.model.melody.CodecConfig.Tower;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Convolution;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Layers;
import io.vivace.nn.signal.Part;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;
import io.vivace.nn.signal.Upsampling;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the VAE-GAN's two networks, for any part of a clip: a first convolution, stages of resampling and residual blocks, a last convolution.
 * arXiv 2305.15719 §4.1. An activation goes along with the layer before it.
 *
 * @param place    of its weights, with the last dot
 * @param inputs   channels of its input
 * @param outputs  channels of its output
 * @param inFrames frames of the input that pass while {@code outFrames} frames of the output pass
 */
record CodecNet(String place, int inputs, int outputs, int inFrames, int outFrames, List<Layer> layers) {

    /** Latents [batch, frames, D] to audio [batch, samples, 1]. */
    static CodecNet decoder(CodecConfig config) {
        return new CodecNet("codec.decoder.", config.latent(), 1, 1, config.hop(), layers(config.decoder(), true, 1, Activation.TANH));
    }

    /** Audio [batch, samples, 1] to means and log variances [batch, frames, 2D]. */
    static CodecNet encoder(CodecConfig config) {
        int outputs = 2 * config.latent();
        return new CodecNet("codec.encoder.", 1, outputs, config.hop(), 1, layers(config.encoder(), false, outputs, Activation.NONE));
    }

    private static List<Layer> layers(Tower tower, boolean up, int outputs, Activation last) {
        List<Layer> layers = new ArrayList<>();
        layers.add(convolution("input", tower.inputWidth(), CodecConfig.END_KERNEL, 1, Activation.LEAKY_RELU));
        for (int i = 0; i < tower.rates().size(); i++) {
            String stage = "stages." + i;
            int width = tower.widths().get(i), kernel = tower.kernels().get(i), rate = tower.rates().get(i);
            layers.add(up ? new Upsampling(stage + ".resample", width, kernel, rate, tower.padding(i), false, Activation.NONE)
                    : convolution(stage + ".resample", width, kernel, rate, Activation.NONE));
            layers.add(new ResidualBlocks(stage, width, tower.blocks(), Activation.LEAKY_RELU));
        }
        layers.add(convolution("output", outputs, CodecConfig.END_KERNEL, 1, last));
        return layers;
    }

    private static Convolution convolution(String name, int outputs, int kernel, int stride, Activation activation) {
        return new Convolution(name, outputs, kernel, stride, 1, false, Pad.Mode.ZERO, false, activation);
    }

    /** Frames of the input that these frames of the output take; {@code whole} are all frames of the input. */
    Span needs(Span out, Span whole) {
        return Layers.needs(layers, out, whole);
    }

    /** What these frames of the output take; {@code whole} are all frames of the input. */
    Part part(Span out, Span whole) {
        return Part.of(layers, out, whole, inFrames, outFrames);
    }

    /** Input "x" [batch, frames, inputs], output "y" [batch, frames, outputs]. */
    Graph graph(int batch, Part part) {
        Graph g = Graph.named("melody." + place.substring(0, place.length() - 1));
        Value x = g.input("x", DType.FLOAT32, batch, (int) part.in().length(), inputs);
        g.output("y", Layers.apply(layers, new Scope(g, place), new Stretch(x, part.in(), part.whole()), part.out()).value());
        return g;
    }
}
