package io.vivace.converter.recipe;

import io.vivace.weights.Json.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The recipe for audiocraft's own files: the language model of state_dict.bin, the codec of compression_state_dict.bin
 * (or an EncodecModel folder that it refers to), and a T5 encoder, which audiocraft fetches from elsewhere. The names of
 * the three are told apart by {@link #LM}, {@link #CODEC} and {@link #TEXT}.
 */
public final class Audiocraft {
    public static final String LM = "lm:";
    public static final String CODEC = "codec:";
    public static final String TEXT = "text:";
    private static final String CONDITIONERS = LM + "condition_provider.conditioners.";
    /** MusicGen's positions are sinusoids without an end; this is what transformers' converted models say. */
    private static final int MAX_POSITIONS = 2048;
    private static final int TOP_K = 250;

    private Audiocraft() { }

    /**
     * @param lm        xp.cfg of state_dict.bin
     * @param codec     xp.cfg of compression_state_dict.bin, or config.json of an EncodecModel
     * @param transformersCodec whether it is the latter
     * @param text      config.json of the T5 folder
     */
    public static Recipe recipe(ObjectNode lm, ObjectNode codec, boolean transformersCodec, ObjectNode text, Set<String> names) {
        T5 t5 = T5.read(text);
        Encodec encodec = transformersCodec ? Encodec.read(codec) : codec(codec);
        boolean melody = lm.object("conditioners").has("self_wav");
        Decoder decoder = decoder(lm, !melody);
        Transformers.checkTogether(lm, encodec, decoder);
        checkPattern(lm, decoder);
        var all = new LinkedHashMap<String, Object>();
        all.put("text", t5.config());
        all.put("codec", encodec.config());
        all.put("decoder", decoder.config());
        all.put("text_projection", true);
        all.put("generation", generation(lm, encodec));
        var targets = new Targets();
        t5.targets(targets, TEXT);
        projection(targets, "projection", decoder.hidden(), t5.model(), "description");
        decoder.audiocraft(targets, LM);
        encodec.targets(targets, CODEC, transformersCodec ? Encodec.Spelling.TRANSFORMERS : Encodec.Spelling.AUDIOCRAFT);
        if (melody) {
            melody(all, targets, lm, decoder);
        }
        List<Pattern> ignored = List.of(Recipe.BUFFERS.getFirst(), Pattern.compile(TEXT + "(decoder\\..*|lm_head\\.weight)"),
                Pattern.compile(Pattern.quote(CONDITIONERS) + "self_wav\\.(chroma|demucs)\\..*"));
        return new Recipe(melody ? "musicgen-melody" : "musicgen", all, targets, ignored);
    }

    private static void projection(Targets t, String name, int outputs, int inputs, String conditioner) {
        t.affine(name, outputs, inputs, CONDITIONERS + conditioner + ".output_proj");
    }

    private static Decoder decoder(ObjectNode config, boolean crossAttention) {
        ObjectNode c = config.object("transformer_lm");
        refuseUnlike(c);
        int hidden = c.integer("dim", 2, Names.MOST);
        int vocab = c.integer("card", 1, Names.MOST);
        double forward = hidden * c.number("hidden_scale", 4);
        Names.check(forward >= 1 && forward <= Names.MOST && forward == Math.rint(forward), c, "hidden_scale gives a width of " + forward);
        int codebooks = c.integer("n_q", 1, 256);
        var decoder = new Decoder(vocab, hidden, c.integer("num_layers", 1, 1000), c.integer("num_heads", 1, Names.MOST), (int) forward,
                codebooks, stereo(config) ? 2 : 1, Names.activation(c, "activation", "gelu"), MAX_POSITIONS, vocab, crossAttention);
        decoder.check(c);
        return decoder;
    }

    private static boolean stereo(ObjectNode config) {
        return config.has("interleave_stereo_codebooks") && config.object("interleave_stereo_codebooks").flag("use", false);
    }

    /** Variants of the transformer that MusicGen's checkpoints do not use and the decoder does not have. */
    private static void refuseUnlike(ObjectNode c) {
        Names.check(c.flag("norm_first", true) && c.text("norm", "layer_norm").equals("layer_norm"), c,
                "only layer_norm before each block is supported");
        Names.check(c.text("positional_embedding", "sin").equals("sin") && !c.flag("xpos", false), c,
                "only sin positional embeddings are supported");
        for (String key : List.of("bias_ff", "bias_attn", "bias_proj", "qk_layer_norm", "qk_layer_norm_cross", "custom")) {
            Names.check(!c.has(key) || !c.flag(key) || key.equals("custom"), c, key + " is not supported");
        }
        Names.check(!c.has("layer_scale") && !c.has("past_context") && c.integer("kv_repeat", 1, Names.MOST, 1) == 1, c,
                "layer_scale, past_context and kv_repeat are not supported");
    }

    /** The engine plays the delay pattern: one step a codebook, both channels of stereo together. */
    private static void checkPattern(ObjectNode lm, Decoder decoder) {
        ObjectNode pattern = lm.object("codebooks_pattern");
        Names.check(pattern.text("modeling").equals("delay"), pattern, "the pattern is not \"delay\"");
        int[] delays = pattern.object("delay").array("delays").integers(0, 1000);
        boolean right = delays.length == decoder.codebooks();
        for (int k = 0; right && k < delays.length; k++) {
            right = delays[k] == k / decoder.channels();
        }
        Names.check(right, pattern, "the delays " + Arrays.toString(delays) + " are not one step a codebook");
    }

    private static Map<String, Object> generation(ObjectNode lm, Encodec codec) {
        double seconds = lm.has("dataset") ? lm.object("dataset").number("segment_duration", 30) : 30;
        long hop = Arrays.stream(codec.ratios()).asLongStream().reduce(1, (a, b) -> a * b);
        double guidance = lm.has("classifier_free_guidance") ? lm.object("classifier_free_guidance").number("inference_coef", 3) : 3;
        double length = Math.rint(seconds * Math.ceilDiv(codec.sampleRate(), hop));
        Names.check(length >= 1 && length <= Names.MOST, lm, "a segment of " + seconds + " s is impossible");
        var values = new LinkedHashMap<String, Object>();
        values.put("guidance", guidance);
        values.put("max_length", (int) length);
        values.put("do_sample", true);
        values.put("top_k", TOP_K);
        values.put("top_p", null);
        values.put("temperature", null);
        return values;
    }

    /** The chroma conditioner: a prefix of chroma frames before the text, no cross-attention. */
    private static void melody(Map<String, Object> all, Targets targets, ObjectNode lm, Decoder decoder) {
        ObjectNode wav = lm.object("conditioners").object("self_wav");
        ObjectNode chroma = wav.object("chroma_stem");
        int bins = chroma.integer("n_chroma", 1, 1000, 12);
        int fft = 1 << chroma.integer("radix2_exp", 2, 20, 14);
        int rate = chroma.integer("sample_rate", 1, 10_000_000, lm.integer("sample_rate", 1, 10_000_000));
        double seconds = chroma.number("duration", lm.has("dataset") ? lm.object("dataset").number("segment_duration", 30) : 30);
        Names.check(seconds > 0 && seconds <= 3600, chroma, "a duration of " + seconds + " s is impossible");
        // the frames of one segment, which is never shorter than a window
        long length = 1 + Math.max(fft, (long) (seconds * rate)) / (fft / 4);
        Names.check(length <= Names.MOST, chroma, length + " frames of chroma are impossible");
        all.put("chroma_length", (int) length);
        all.put("num_chroma", bins);
        var values = new LinkedHashMap<String, Object>();
        values.put("sampling_rate", rate);
        values.put("n_fft", fft);
        values.put("hop_length", fft / 4);
        values.put("chunk_length", seconds);
        all.put("chroma", values);
        projection(targets, "chroma_projection", decoder.hidden(), bins, "self_wav");
    }

    /** audiocraft's SEANet and RVQ in the terms of EncodecConfig. */
    private static Encodec codec(ObjectNode config) {
        ObjectNode s = config.object("seanet");
        ObjectNode e = config.object("encodec");
        ObjectNode rvq = config.object("rvq");
        Names.check(s.text("activation", "ELU").equals("ELU") && s.integer("disable_norm_outer_blocks", 0, 100, 0) == 0, s,
                "only ELU activations and norms in every block are supported");
        int rate = e.integer("sample_rate", 1, 10_000_000);
        int[] ratios = s.array("ratios").integers(1, 1000);
        long hop = Arrays.stream(ratios).asLongStream().reduce(1, (a, b) -> Math.min(Names.MOST + 1L, a * b));
        int size = rvq.integer("bins", 2, Names.MOST);
        int hidden = s.integer("dimension", 1, Names.MOST);
        ObjectNode decoder = s.has("decoder") ? s.object("decoder") : s;
        Names.check(!decoder.has("final_activation"), decoder, "a final activation is not supported");
        var codec = new Encodec(rate, e.integer("channels", 1, 2), ratios, s.integer("n_filters", 1, Names.MOST),
                s.integer("n_residual_layers", 0, 100, 1), s.integer("kernel_size", 1, 1000, 7), s.integer("last_kernel_size", 1, 1000, 7),
                s.integer("residual_kernel_size", 1, 1000, 3), s.integer("dilation_base", 1, 100, 2), s.integer("compress", 1, 1000, 2),
                s.integer("lstm", 1, 100, 2), s.flag("causal", false), !s.flag("true_skip", true), s.text("pad_mode", "reflect"),
                decoder.number("trim_right_ratio", 1), s.text("norm", "weight_norm"), e.flag("renormalize", false), null, null, hidden,
                hidden, size, new double[] {bandwidth(rvq.integer("n_q", 1, 256), Encodec.bitRate(rate, hop, size))});
        codec.check(config);
        return codec;
    }

    /** The bandwidth in kbit/s that pays for exactly so many codebooks, in spite of rounding. */
    private static double bandwidth(int codebooks, long bitRate) {
        double bandwidth = codebooks * bitRate / 1000.0;
        return Math.floor(1000 * bandwidth / bitRate) < codebooks ? Math.nextUp(bandwidth) : bandwidth;
    }
}
