package io.vivace.model.dac;

import io.vivace.graph.Activation;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.nn.signal.Convolution;
import io.vivace.nn.signal.Layer;
import java.util.ArrayList;
import java.util.List;

/** The convolutional encoder and decoder as lists of layers. arXiv 2306.06546 §3. */
final class Tower {
    private static final int END_KERNEL = 7, LATENT_KERNEL = 3, UNIT_KERNEL = 7;
    private static final int[] DILATIONS = {1, 3, 9};

    private Tower() {}

    /** From [batch, samples, 1] to [batch, frames, latent]. */
    static List<Layer> encoder(DacConfig config) {
        List<Layer> layers = new ArrayList<>();
        int width = config.encoderWidth();
        layers.add(convolution("input", width, END_KERNEL, 1, 1));
        for (int i = 0; i < config.encoderRates().length; i++) {
            String stage = "stages." + i + ".";
            int rate = config.encoderRates()[i];
            units(layers, stage, width);
            width *= 2;
            layers.add(new Snaked(stage + "alpha", convolution(stage + "resample", width, 2 * rate, rate, 1)));
        }
        layers.add(new Snaked("alpha", convolution("output", config.latent(), LATENT_KERNEL, 1, 1)));
        return layers;
    }

    /** From [batch, frames, latent] to [batch, samples, 1]. */
    static List<Layer> decoder(DacConfig config) {
        List<Layer> layers = new ArrayList<>();
        int width = config.decoderWidth();
        layers.add(convolution("input", width, END_KERNEL, 1, 1));
        for (int i = 0; i < config.decoderRates().length; i++) {
            String stage = "stages." + i + ".";
            width /= 2;
            layers.add(new Snaked(stage + "alpha", new Transposed(stage + "resample", width, config.decoderRates()[i], Activation.NONE)));
            units(layers, stage, width);
        }
        layers.add(new Snaked("alpha", convolution("output", 1, END_KERNEL, 1, 1).then(Activation.TANH)));
        return layers;
    }

    private static void units(List<Layer> layers, String stage, int width) {
        for (int i = 0; i < DILATIONS.length; i++) {
            String unit = stage + "units." + i + ".";
            layers.add(new ResidualUnit(unit, convolution(unit + "dilated", width, UNIT_KERNEL, 1, DILATIONS[i]),
                    convolution(unit + "mixed", width, 1, 1, 1), Activation.NONE));
        }
    }

    private static Convolution convolution(String name, int outputs, int kernel, int stride, int dilation) {
        return new Convolution(name, outputs, kernel, stride, dilation, false, Pad.Mode.ZERO, false, Activation.NONE);
    }
}
