package io.vivace.model.encodec;

import io.vivace.graph.Activation;
import io.vivace.nn.Scope;
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

    /** Frames of the first layer's input that these frames of the last one's output take. */
    static Span needs(List<Layer> layers, Span out, Span whole) {
        return needed(layers, out, whole)[0];
    }

    /** Builds all layers for these frames of the last one's output, each no longer than the next one needs it. */
    static Stretch apply(List<Layer> layers, Scope scope, Stretch x, Span out) {
        Span[] needed = needed(layers, out, x.whole());
        Stretch y = x;
        for (int i = 0; i < layers.size(); i++) y = layers.get(i).apply(scope, y, needed[i + 1]);
        return y;
    }

    /** All frames that come out of the last layer. */
    static Span output(List<Layer> layers, Span whole) {
        Span out = whole;
        for (Layer layer : layers) out = layer.output(out);
        return out;
    }

    /** What is needed before each layer, and after the last. */
    private static Span[] needed(List<Layer> layers, Span out, Span whole) {
        Span[] wholes = new Span[layers.size()], needed = new Span[layers.size() + 1];
        Span at = whole;
        for (int i = 0; i < layers.size(); i++) {
            wholes[i] = at;
            at = layers.get(i).output(at);
        }
        needed[layers.size()] = out;
        for (int i = layers.size() - 1; i >= 0; i--) needed[i] = layers.get(i).needs(needed[i + 1], wholes[i]);
        return needed;
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
        layers.add(new Upsampling(String.valueOf(counted++), outputs, ratio, ratio - right, config.groupNorm(), Activation.NONE));
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
