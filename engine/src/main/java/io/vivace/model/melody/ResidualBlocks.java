package io.vivace.model.melody;

import io.vivace.graph.Activation;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Value;
import io.vivace.model.melody.CodecConfig.Block;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Convolution;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;
import java.util.List;

/**
 * Residual blocks side by side, of whose results the mean goes on: HiFi-GAN's multi-receptive field fusion, arXiv 2010.05646 §2.2. Each block adds,
 * for one dilation after the other, {@code plain(lrelu(dilated(lrelu(x))))} to x.
 *
 * @param name of the stage that they belong to
 */
record ResidualBlocks(String name, int channels, List<Block> blocks, Activation activation) implements Layer {

    @Override
    public ResidualBlocks then(Activation next) {
        return new ResidualBlocks(name, channels, blocks, next);
    }

    @Override
    public Span output(Span whole) {
        return whole;
    }

    @Override
    public Span needs(Span out, Span whole) {
        Span needed = out;
        for (int j = 0; j < blocks.size(); j++) needed = needed.and(needed(j, out, whole)[0]);
        return needed;
    }

    @Override
    public Stretch apply(Scope scope, Stretch x, Span out) {
        Span in = needs(out, x.whole());
        Stretch activated = activated(x, in);
        Value sum = null;
        for (int j = 0; j < blocks.size(); j++) {
            Value y = block(scope, j, x, activated, out);
            sum = sum == null ? y : sum.plus(y);
        }
        Value mean = blocks.size() == 1 ? sum : sum.affine(1.0 / blocks.size(), 0);
        return new Stretch(mean.apply(activation), out, x.whole());
    }

    private Value block(Scope scope, int number, Stretch x, Stretch xActivated, Span out) {
        Span[] needed = needed(number, out, x.whole());
        Stretch y = x, activated = xActivated;
        for (int n = 0; n + 1 < needed.length; n++) {
            if (n > 0) activated = activated(y, needed[n]);
            Convolution plain = plain(number, n);
            Stretch inner = dilated(number, n).apply(scope, activated, plain.needs(needed[n + 1], x.whole()));
            y = plain.apply(scope, inner, needed[n + 1], y.slice(needed[n + 1]));
        }
        return y.slice(out);
    }

    private static Stretch activated(Stretch x, Span part) {
        return new Stretch(x.slice(part).apply(Activation.LEAKY_RELU), part, x.whole());
    }

    /** Frames needed before each dilation of a block, and behind the last. */
    private Span[] needed(int number, Span out, Span whole) {
        Span[] needed = new Span[blocks.get(number).dilations().size() + 1];
        needed[needed.length - 1] = out;
        for (int n = needed.length - 2; n >= 0; n--) {
            Span after = needed[n + 1];
            needed[n] = dilated(number, n).needs(plain(number, n).needs(after, whole), whole).and(after);
        }
        return needed;
    }

    private Convolution dilated(int number, int n) {
        return convolution(number, "dilated." + n, blocks.get(number).dilations().get(n), Activation.LEAKY_RELU);
    }

    private Convolution plain(int number, int n) {
        return convolution(number, "plain." + n, 1, Activation.NONE);
    }

    private Convolution convolution(int number, String own, int dilation, Activation after) {
        int kernel = blocks.get(number).kernel();
        return new Convolution(name + ".blocks." + number + "." + own, channels, kernel, 1, dilation, false, Pad.Mode.ZERO, false, after);
    }
}
