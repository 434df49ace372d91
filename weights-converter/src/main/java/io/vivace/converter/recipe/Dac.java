package io.vivace.converter.recipe;

import io.vivace.converter.recipe.Target.Role;
import io.vivace.model.dac.DacConfig;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Descript audio codec (transformers' DacConfig and DacModel; the original package's DAC with its metadata). */
public final class Dac {
    private static final int UNITS = 3, UNIT_KERNEL = 7, END_KERNEL = 7, LATENT_KERNEL = 3;

    private final DacConfig codec;
    private final Map<String, Object> config;
    private final Spelling names;

    private Dac(ObjectNode source, Map<String, Object> config, Spelling names) {
        this.codec = DacConfig.of(Json.of(source.at().toString(), config));
        this.config = config;
        this.names = names;
    }

    /** @param c config.json of transformers */
    public static Dac transformers(ObjectNode c) {
        int[] rates = rates(c, "downsampling_ratios", 2, 4, 8, 8);
        int latent = Names.size(c, "hidden_size", Names.size(c, "encoder_hidden_size", 64) << Math.min(rates.length, 10));
        return new Dac(c, config(c.integer("sampling_rate", 1, Names.MOST, 16000), Names.size(c, "encoder_hidden_size", 64), rates,
                Names.size(c, "decoder_hidden_size", 1536), rates(c, "upsampling_ratios", reversed(rates)), latent, Names.size(c, "n_codebooks", 9),
                Names.size(c, "codebook_size", 1024), Names.size(c, "codebook_dim", 8)), Spelling.TRANSFORMERS);
    }

    /** @param c what the original file's metadata says under kwargs */
    public static Dac original(ObjectNode c) {
        int[] rates = rates(c, "encoder_rates", 2, 4, 8, 8);
        int width = Names.size(c, "encoder_dim", 64), latent = Names.size(c, "latent_dim", width << Math.min(rates.length, 10));
        return new Dac(c, config(c.integer("sample_rate", 1, Names.MOST, 44100), width, rates, Names.size(c, "decoder_dim", 1536),
                rates(c, "decoder_rates", 8, 8, 4, 2), latent, Names.size(c, "n_codebooks", 9), Names.size(c, "codebook_size", 1024), dimension(c)),
                Spelling.ORIGINAL);
    }

    /** One number, or as many equal ones as there are codebooks. */
    private static int dimension(ObjectNode c) {
        if (!c.has("codebook_dim") || !(c.get("codebook_dim") instanceof Json.ArrayNode list)) return Names.size(c, "codebook_dim", 8);
        int[] each = list.integers(1, Names.MOST);
        for (int one : each) Names.check(one == each[0], c, "codebook_dim differs from codebook to codebook, which is not supported");
        Names.check(each.length > 0, c, "codebook_dim is empty");
        return each[0];
    }

    private static int[] rates(ObjectNode c, String key, int... otherwise) {
        return c.has(key) ? c.array(key).integers(1, 1000) : otherwise;
    }

    private static int[] reversed(int[] rates) {
        int[] reversed = new int[rates.length];
        for (int i = 0; i < rates.length; i++) reversed[i] = rates[rates.length - 1 - i];
        return reversed;
    }

    private static Map<String, Object> config(int rate, int encoderWidth, int[] encoderRates, int decoderWidth, int[] decoderRates, int latent, int codebooks,
            int size, int dimension) {
        var c = new LinkedHashMap<String, Object>();
        c.put("sample_rate", rate);
        c.put("encoder_width", encoderWidth);
        c.put("encoder_rates", encoderRates);
        c.put("decoder_width", decoderWidth);
        c.put("decoder_rates", decoderRates);
        c.put("latent", latent);
        c.put("codebooks", codebooks);
        c.put("codebook_size", size);
        c.put("codebook_dim", dimension);
        return c;
    }

    /** The recipe of a codec alone. */
    public Recipe recipe() {
        var targets = new Targets();
        targets(targets, "");
        return new Recipe("dac", Map.of("codec", config), targets, List.of());
    }

    /** The canonical config. */
    Map<String, Object> config() {
        return config;
    }

    void targets(Targets t, String from) {
        for (int q = 0; q < codec.codebooks(); q++) {
            String to = "codec.quantizers." + q, source = from + "quantizer.quantizers." + q;
            t.add(to + ".codebook", Role.VECTOR, Source.named(source + ".codebook.weight", codec.codebookSize(), codec.codebookDim()), codec.codebookSize(),
                    codec.codebookDim());
            convolution(t, to + ".in", source + ".in_proj", codec.codebookDim(), codec.latent(), 1);
            convolution(t, to + ".out", source + ".out_proj", codec.latent(), codec.codebookDim(), 1);
        }
        boolean numbered = names == Spelling.ORIGINAL;
        encoder(t, from + (numbered ? "encoder.block." : "encoder."));
        decoder(t, from + (numbered ? "decoder.model." : "decoder."));
    }

    private void encoder(Targets t, String from) {
        String to = "codec.encoder.";
        int width = codec.encoderWidth(), stages = codec.encoderRates().length;
        convolution(t, to + "input", from + names.end(0, stages), width, 1, END_KERNEL);
        for (int i = 0; i < stages; i++) {
            String stage = to + "stages." + i + ".";
            int rate = codec.encoderRates()[i];
            units(t, stage, from, i, 0, width);
            alpha(t, stage + "alpha", from + names.stage(i, UNITS, "snake1"), width);
            convolution(t, stage + "resample", from + names.stage(i, UNITS + 1, "conv1"), 2 * width, width, 2 * rate);
            width *= 2;
        }
        alpha(t, to + "alpha", from + names.end(1, stages), width);
        convolution(t, to + "output", from + names.end(2, stages), codec.latent(), width, LATENT_KERNEL);
    }

    private void decoder(Targets t, String from) {
        String to = "codec.decoder.";
        int width = codec.decoderWidth(), stages = codec.decoderRates().length;
        convolution(t, to + "input", from + names.end(0, stages), width, codec.latent(), END_KERNEL);
        for (int i = 0; i < stages; i++) {
            String stage = to + "stages." + i + ".";
            alpha(t, stage + "alpha", from + names.stage(i, 0, "snake1"), width);
            transposed(t, stage + "resample", from + names.stage(i, 1, "conv_t1"), width, width / 2, codec.decoderRates()[i]);
            width /= 2;
            units(t, stage, from, i, 2, width);
        }
        alpha(t, to + "alpha", from + names.end(1, stages), width);
        convolution(t, to + "output", from + names.end(2, stages), 1, width, END_KERNEL);
    }

    /** @param before layers of the stage before its units */
    private void units(Targets t, String to, String from, int stage, int before, int width) {
        for (int i = 0; i < UNITS; i++) {
            String unit = to + "units." + i + ".", place = names.stage(stage, before + i, "res_unit" + (i + 1));
            alpha(t, unit + "alpha.0", from + place + names.unit(0), width);
            convolution(t, unit + "dilated", from + place + names.unit(1), width, width, UNIT_KERNEL);
            alpha(t, unit + "alpha.1", from + place + names.unit(2), width);
            convolution(t, unit + "mixed", from + place + names.unit(3), width, width, 1);
        }
    }

    private static void convolution(Targets t, String to, String from, int outputs, int inputs, int taps) {
        t.add(to + ".weight", Role.CODEC, new Source.Convolution(from, outputs, inputs, taps), outputs, taps * inputs);
        t.vector(to + ".bias", outputs, from + ".bias");
    }

    /** The kernel is twice the stride. */
    private static void transposed(Targets t, String to, String from, int inputs, int outputs, int stride) {
        t.add(to + ".weight", Role.CODEC, new Source.TransposedConvolution(from, inputs, outputs, 2 * stride, stride), stride * outputs, 2 * inputs);
        t.vector(to + ".bias", outputs, from + ".bias");
    }

    private static void alpha(Targets t, String to, String from, int width) {
        t.add(to, Role.VECTOR, Source.named(from + ".alpha", 1, width, 1), width);
    }

    /** How a checkpoint names the layers of a tower. */
    private enum Spelling {
        /** By name. */
        TRANSFORMERS,
        /** By number. */
        ORIGINAL;

        /** @param which first convolution, last activation, last convolution */
        String end(int which, int stages) {
            return switch (this) {
                case TRANSFORMERS -> List.of("conv1", "snake1", "conv2").get(which);
                case ORIGINAL -> String.valueOf(which == 0 ? 0 : stages + which);
            };
        }

        String stage(int stage, int number, String name) {
            return switch (this) {
                case TRANSFORMERS -> "block." + stage + "." + name;
                case ORIGINAL -> (stage + 1) + ".block." + number;
            };
        }

        /** @param part activation, dilated convolution, activation, convolution of one tap */
        String unit(int part) {
            return switch (this) {
                case TRANSFORMERS -> List.of(".snake1", ".conv1", ".snake2", ".conv2").get(part);
                case ORIGINAL -> ".block." + part;
            };
        }
    }
}
