package io.vivace.nn.signal;

import io.vivace.nn.Scope;
import java.util.List;

/** Networks that are chains of layers. */
public final class Layers {
    private Layers() {}

    /** Frames of the first layer's input that these frames of the last one's output take. */
    public static Span needs(List<Layer> layers, Span out, Span whole) {
        return needed(layers, out, whole)[0];
    }

    /** Builds all layers for these frames of the last one's output, each no longer than the next one needs it. */
    public static Stretch apply(List<Layer> layers, Scope scope, Stretch x, Span out) {
        Span[] needed = needed(layers, out, x.whole());
        Stretch y = x;
        for (int i = 0; i < layers.size(); i++) y = layers.get(i).apply(scope, y, needed[i + 1]);
        return y;
    }

    /** All frames that come out of the last layer. */
    public static Span output(List<Layer> layers, Span whole) {
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
}
