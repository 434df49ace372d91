package io.vivace.model.encodec;

import io.vivace.graph.Activation;
import io.vivace.nn.signal.Convolution;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Layers;
import io.vivace.nn.signal.Upsampling;
import java.util.ArrayList;
import java.util.List;

/** The convolutional encoder and decoder of EnCodec as lists of layers. arXiv 2009.02095 §2; arXiv 2210.13438 §3.1. */
final class SeaNet {
    private final EncodecConfig config;
    private final List<Layer> layers = new ArrayList<>();

    /** Layers so far as the weights count them: activations are layers too. */
    private int counted;

    private SeaNet(EncodecConfig config) {
        this.config = config;
    }

    /** From [batch, samples, channels] to [batch, frames, hidden]. */
    static List<Layer> encoder(EncodecConfig config) {
        SeaNet net = new SeaNet(config);
        int channels = config.filters();
        net.convolution(channels, config.kernel(), 1);
        for (int level = config.ratios().length - 1; level >= 0; level--) {
            for (int j = 0; j < config.residualLayers(); j++) net.residual(channels, j);
            net.elu();
            channels *= 2;
            net.convolution(channels, 2 * config.ratios()[level], config.ratios()[level]);
        }
        net.recurrence(channels);
        net.elu();
        net.convolution(config.hidden(), config.lastKernel(), 1);
        return net.layers;
    }

    /** From [batch, frames, hidden] to [batch, samples, channels]. */
    static List<Layer> decoder(EncodecConfig config) {
        SeaNet net = new SeaNet(config);
        int channels = config.filters() << config.ratios().length;
        net.convolution(channels, config.kernel(), 1);
        net.recurrence(channels);
        for (int ratio : config.ratios()) {
            channels /= 2;
            net.elu();
            net.upsampling(channels, ratio);
            for (int j = 0; j < config.residualLayers(); j++) net.residual(channels, j);
        }
        net.elu();
        net.convolution(config.channels(), config.lastKernel(), 1);
        return net.layers;
    }

    private void convolution(int outputs, int kernel, int stride) {
        layers.add(convolution(String.valueOf(counted++), outputs, kernel, stride, 1));
    }

    private Convolution convolution(String name, int outputs, int kernel, int stride, int dilation) {
        boolean causal = config.causal(), norm = config.groupNorm();
        return new Convolution(name, outputs, kernel, stride, dilation, causal, config.padMode(), norm, Activation.NONE);
    }

    private void upsampling(int outputs, int ratio) {
        // The kernel is twice the ratio, so the surplus is one ratio.
        int right = config.causal() ? (int) Math.ceil(ratio * config.trimRightRatio()) : ratio / 2;
        layers.add(new Upsampling(String.valueOf(counted++), outputs, 2 * ratio, ratio, ratio - right, config.groupNorm(), Activation.NONE));
    }

    private void residual(int channels, int number) {
        String name = counted++ + ".";
        int dilation = 1;
        for (int i = 0; i < number; i++) dilation *= config.dilationGrowth();
        Convolution narrow = convolution(name + "block.1", channels / config.compress(), config.residualKernel(), 1, dilation);
        Convolution widen = convolution(name + "block.3", channels, 1, 1, 1);
        Convolution shortcut = config.convShortcut() ? convolution(name + "shortcut", channels, 1, 1, 1) : null;
        layers.add(new Residual(narrow.then(Activation.ELU), widen, shortcut, Activation.NONE));
    }

    private void recurrence(int channels) {
        if (config.lstmLayers() > 0) layers.add(new Recurrence(String.valueOf(counted++), config.lstmLayers(), channels, Activation.NONE));
    }

    /** The ELU goes along with the layer before it. */
    private void elu() {
        counted++;
        layers.add(layers.removeLast().then(Activation.ELU));
    }
}
