package io.vivace.converter.recipe;

import io.vivace.converter.recipe.Target.Role;
import io.vivace.weights.Json.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** EnCodec (transformers' EncodecConfig and EncodecModel; audiocraft's SEANet and RVQ). Sizes in channels, lengths in seconds. */
record Encodec(int sampleRate, int channels, int[] ratios, int filters, int residualLayers, int kernel, int lastKernel, int residualKernel,
               int dilationGrowth, int compress, int lstmLayers, boolean causal, boolean convShortcut, String padMode,
               double trimRightRatio, String norm, boolean normalize, Double chunkSeconds, Double overlap, int hidden, int codebookDim,
               int codebookSize, double[] bandwidths) {

    static Encodec read(ObjectNode c) {
        int hidden = Names.size(c, "hidden_size", 128);
        var codec = new Encodec(c.integer("sampling_rate", 1, 10_000_000, 24000), c.integer("audio_channels", 1, 2, 1),
                c.has("upsampling_ratios") ? c.array("upsampling_ratios").integers(1, 1000) : new int[] {8, 5, 4, 2},
                Names.size(c, "num_filters", 32), c.integer("num_residual_layers", 0, 100, 1), c.integer("kernel_size", 1, 1000, 7),
                c.integer("last_kernel_size", 1, 1000, 7), c.integer("residual_kernel_size", 1, 1000, 3),
                c.integer("dilation_growth_rate", 1, 100, 2), c.integer("compress", 1, 1000, 2), c.integer("num_lstm_layers", 1, 100, 2),
                c.flag("use_causal_conv", true), c.flag("use_conv_shortcut", true), c.text("pad_mode", "reflect"),
                c.number("trim_right_ratio", 1), c.text("norm_type", "weight_norm"), c.flag("normalize", false),
                c.has("chunk_length_s") ? (Double) c.number("chunk_length_s") : null,
                c.has("overlap") ? (Double) c.number("overlap") : null, hidden, Names.size(c, "codebook_dim", hidden),
                Names.size(c, "codebook_size", 1024),
                c.has("target_bandwidths") ? c.array("target_bandwidths").numbers() : new double[] {1.5, 3, 6, 12, 24});
        codec.check(c);
        return codec;
    }

    /** Refuses what no network can be built from, with the place in the config. */
    void check(ObjectNode c) {
        Names.check(List.of("reflect", "constant", "replicate").contains(padMode), c, "the padding mode \"" + padMode
                + "\" is not supported");
        Names.check(List.of("weight_norm", "time_group_norm").contains(norm), c, "the convolution norm \"" + norm + "\" is not supported");
        Names.check(ratios.length > 0 && ratios.length <= 16, c, "there are " + ratios.length + " upsampling ratios, 1 to 16 are needed");
        Names.check(bandwidths.length > 0, c, "there are no target bandwidths");
        Names.check(codebookDim == hidden, c, "codebook_dim " + codebookDim + " differs from hidden_size " + hidden);
        long width = (long) filters << ratios.length;
        Names.check(width <= Names.MOST && filters >= compress, c, filters + " filters cannot be doubled " + ratios.length
                + " times or divided by " + compress);
        Names.check(hop() <= Names.MOST, c, "the upsampling ratios multiply to more than " + Names.MOST);
        Names.check(trimRightRatio >= 0 && trimRightRatio <= 1 && (causal || trimRightRatio == 1), c, "trim_right_ratio " + trimRightRatio
                + " needs a causal codec and a value from 0 to 1");
        Names.check(chunkSeconds == null || chunkSeconds > 0 && chunkSeconds < 1e6, c, "the chunk length " + chunkSeconds
                + " s is impossible");
        Names.check(overlap == null || overlap >= 0 && overlap < 1, c, "the overlap " + overlap + " is not from 0 to 1");
        Names.check(codebooks() >= 1 && codebooks() <= 256, c, "the bandwidths give " + codebooks() + " codebooks, 1 to 256 are possible");
    }

    private long hop() {
        long hop = 1;
        for (int ratio : ratios) {
            hop = Math.min(Names.MOST + 1L, hop * ratio);
        }
        return hop;
    }

    /** Bits a second of one codebook. */
    static long bitRate(int sampleRate, long hop, int codebookSize) {
        return Math.ceilDiv(sampleRate, hop) * (32 - Integer.numberOfLeadingZeros(codebookSize - 1));
    }

    /** Quantizers: as many as the last bandwidth (in kbit/s) pays for. */
    int codebooks() {
        return (int) Math.floor(1000 * bandwidths[bandwidths.length - 1] / bitRate(sampleRate, hop(), codebookSize));
    }

    Map<String, Object> config() {
        var c = new LinkedHashMap<String, Object>();
        c.put("sample_rate", sampleRate);
        c.put("channels", channels);
        c.put("ratios", ratios);
        c.put("filters", filters);
        c.put("residual_layers", residualLayers);
        c.put("kernel", kernel);
        c.put("last_kernel", lastKernel);
        c.put("residual_kernel", residualKernel);
        c.put("dilation_growth", dilationGrowth);
        c.put("compress", compress);
        c.put("lstm_layers", lstmLayers);
        c.put("causal", causal);
        c.put("conv_shortcut", convShortcut);
        c.put("pad_mode", padMode);
        c.put("trim_right_ratio", trimRightRatio);
        c.put("norm", norm);
        c.put("normalize", normalize);
        c.put("chunk_seconds", chunkSeconds);
        c.put("overlap", overlap);
        c.put("hidden", hidden);
        c.put("codebook_dim", codebookDim);
        c.put("codebook_size", codebookSize);
        c.put("bandwidths", bandwidths);
        return c;
    }

    /** How a checkpoint spells the codec's names. */
    record Spelling(String layers, String conv, String transposed, String norm, String transposedNorm, String codebook) {
        static final Spelling TRANSFORMERS = new Spelling(".layers.", ".conv", ".conv", ".norm", ".norm",
                "quantizer.layers.%d.codebook.embed");
        static final Spelling AUDIOCRAFT = new Spelling(".model.", ".conv.conv", ".convtr.convtr", ".conv.norm", ".convtr.norm",
                "quantizer.vq.layers.%d._codebook.embed");
    }

    void targets(Targets t, String from, Spelling spelling) {
        for (int q = 0; q < codebooks(); q++) {
            t.add("codec.codebooks." + q, Role.VECTOR, Source.named(from + spelling.codebook.formatted(q), codebookSize, codebookDim),
                    codebookSize, codebookDim);
        }
        new Stack(t, from + "encoder" + spelling.layers, "codec.encoder.", spelling).encoder();
        new Stack(t, from + "decoder" + spelling.layers, "codec.decoder.", spelling).decoder();
    }

    /** One of the two towers: a sequence of layers that are numbered, the activations (without weights) included. */
    private final class Stack {
        private final Targets t;
        private final String from;
        private final String to;
        private final Spelling spelling;
        private int n;

        Stack(Targets t, String from, String to, Spelling spelling) {
            this.t = t;
            this.from = from;
            this.to = to;
            this.spelling = spelling;
        }

        void encoder() {
            int width = filters;
            convolution("" + n++, width, channels, kernel);
            for (int i = ratios.length - 1; i >= 0; i--) {
                residuals(width);
                n++;
                convolution("" + n++, 2 * width, width, 2 * ratios[i]);
                width *= 2;
            }
            lstm(width);
            n++;
            convolution("" + n++, hidden, width, lastKernel);
        }

        void decoder() {
            int width = filters << ratios.length;
            convolution("" + n++, width, hidden, kernel);
            lstm(width);
            for (int ratio : ratios) {
                n++;
                transposed("" + n++, width, width / 2, ratio);
                width /= 2;
                residuals(width);
            }
            n++;
            convolution("" + n++, channels, filters, lastKernel);
        }

        private void residuals(int width) {
            for (int j = 0; j < residualLayers; j++, n++) {
                convolution(n + ".block.1", width / compress, width, residualKernel);
                convolution(n + ".block.3", width, width / compress, 1);
                if (convShortcut) {
                    convolution(n + ".shortcut", width, width, 1);
                }
            }
        }

        private void convolution(String name, int outputs, int inputs, int taps) {
            t.add(to + name + ".weight", Role.CODEC, new Source.Convolution(from + name + spelling.conv, outputs, inputs, taps), outputs,
                    taps * inputs);
            t.vector(to + name + ".bias", outputs, from + name + spelling.conv + ".bias");
            if (norm.equals("time_group_norm")) {
                t.norm(to + name + ".norm", outputs, from + name + spelling.norm);
            }
        }

        private void transposed(String name, int inputs, int outputs, int stride) {
            int taps = 2 * stride;
            t.add(to + name + ".weight", Role.CODEC, new Source.TransposedConvolution(from + name + spelling.transposed,
                    inputs, outputs, taps, stride), stride * outputs, Math.ceilDiv(taps, stride) * inputs);
            t.vector(to + name + ".bias", outputs, from + name + spelling.transposed + ".bias");
            if (norm.equals("time_group_norm")) {
                t.norm(to + name + ".norm", outputs, from + name + spelling.transposedNorm);
            }
        }

        private void lstm(int width) {
            for (int l = 0; l < lstmLayers; l++) {
                String source = from + n + ".lstm.";
                String target = to + n + ".lstm." + l;
                t.add(target + ".w_ih", Role.CODEC, Source.named(source + "weight_ih_l" + l, 4 * width, width), 4 * width, width);
                t.add(target + ".w_hh", Role.CODEC, Source.named(source + "weight_hh_l" + l, 4 * width, width), 4 * width, width);
                t.add(target + ".bias", Role.VECTOR, new Source.Sum(Source.named(source + "bias_ih_l" + l, 4 * width),
                        Source.named(source + "bias_hh_l" + l, 4 * width)), 4 * width);
            }
            n++;
        }
    }
}
