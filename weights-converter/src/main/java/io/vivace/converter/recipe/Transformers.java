package io.vivace.converter.recipe;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Recipes for folders that transformers' save_pretrained wrote; {@code model_type} in config.json chooses. */
public final class Transformers {
    private static final String KNOWN = "musicgen, musicgen_melody, musicgen_decoder, musicgen_melody_decoder, encodec, t5, bert, clap, "
            + "clap_text_model, gpt2, dac, mamba, mamba2, vivace-melody, vivace-nano";

    private Transformers() { }

    /**
     * @param config       config.json
     * @param generation   generation_config.json, or null
     * @param preprocessor preprocessor_config.json, or null
     * @param names        of the checkpoint's tensors
     */
    public static Recipe recipe(ObjectNode config, ObjectNode generation, ObjectNode preprocessor, Set<String> names) {
        if (Mamba.isOriginal(config)) return Mamba.original(config).recipe(false);
        String type = config.text("model_type");
        return switch (type) {
            case "musicgen" -> musicgen(config, generation, names);
            case "musicgen_melody" -> melody(config, generation, preprocessor, names);
            case "musicgen_decoder", "musicgen_melody_decoder" -> decoder(config, type.equals("musicgen_decoder"));
            case "encodec" -> encodec(config);
            case "t5" -> t5(config);
            case "bert" -> bert(config, names);
            case "clap" -> clap(config.object("text_config"), config, true);
            case "clap_text_model" -> clap(config, config, false);
            case "gpt2" -> gpt2(config, names);
            case "mamba", "mamba2" -> Mamba.transformers(config, type.equals("mamba2")).recipe(true);
            case "vivace-nano" -> Nano.recipe(config);
            case "dac" -> Dac.transformers(config).recipe();
            default -> throw new BadCheckpoint(config.at() + ": model_type is " + config.get("model_type").brief()
                    + ", which no recipe converts; these are known: " + KNOWN + ".");
        };
    }

    /** The recipe of a T5 encoder alone. */
    public static Recipe t5(ObjectNode config) {
        T5 t5 = T5.read(config);
        var targets = new Targets();
        t5.targets(targets, "");
        return new Recipe("t5", Map.of("text", t5.config()), targets, and("(decoder\\..*|lm_head\\.weight)"));
    }

    private static Recipe encodec(ObjectNode config) {
        Encodec codec = Encodec.read(config);
        var targets = new Targets();
        codec.targets(targets, "", Encodec.Spelling.TRANSFORMERS);
        return new Recipe("encodec", Map.of("codec", codec.config()), targets, Recipe.BUFFERS);
    }

    private static Recipe decoder(ObjectNode config, boolean crossAttention) {
        Decoder decoder = Decoder.read(config, crossAttention);
        var targets = new Targets();
        decoder.transformers(targets, "");
        return new Recipe("musicgen-decoder", Map.of("decoder", decoder.config()), targets, Recipe.BUFFERS);
    }

    private static Recipe bert(ObjectNode config, Set<String> names) {
        Bert bert = Bert.bert(config);
        var targets = new Targets();
        bert.targets(targets, names.contains("bert.embeddings.word_embeddings.weight") ? "bert." : "", "");
        return new Recipe("bert", Map.of("text", bert.config()), targets, and("cls\\..*"));
    }

    private static Recipe clap(ObjectNode text, ObjectNode whole, boolean normalized) {
        Bert tower = Bert.clap(text, whole, normalized);
        var targets = new Targets();
        tower.targets(targets, "text_model.", "");
        return new Recipe("clap-text", Map.of("text", tower.config()), targets, and(Bert.BESIDE_TEXT));
    }

    private static Recipe gpt2(ObjectNode config, Set<String> names) {
        Gpt2 gpt2 = Gpt2.read(config);
        var targets = new Targets();
        gpt2.targets(targets, names.contains("transformer.wte.weight") ? "transformer." : "");
        return new Recipe("gpt2", Map.of("text", gpt2.config()), targets, and("lm_head\\.weight"));
    }

    private static Recipe musicgen(ObjectNode config, ObjectNode generation, Set<String> names) {
        var all = new LinkedHashMap<String, Object>();
        return new Recipe("musicgen", all, parts(all, config, generation, names, true), Recipe.BUFFERS);
    }

    private static Recipe melody(ObjectNode config, ObjectNode generation, ObjectNode preprocessor, Set<String> names) {
        var all = new LinkedHashMap<String, Object>();
        Targets targets = parts(all, config, generation, names, false);
        int chroma = config.integer("num_chroma", 1, 1000, 12);
        all.put("chroma_length", config.integer("chroma_length", 1, Names.MOST, 235));
        all.put("num_chroma", chroma);
        all.put("chroma", chroma(preprocessor, config.object("audio_encoder").integer("sampling_rate", 1, 10_000_000, 32000)));
        int hidden = Decoder.read(config.object("decoder"), false).hidden();
        targets.affine("chroma_projection", hidden, chroma, "audio_enc_to_dec_proj");
        return new Recipe("musicgen-melody", all, targets, Recipe.BUFFERS);
    }

    /** Text encoder, projection, decoder, codec: the order in which a generation needs them. */
    private static Targets parts(Map<String, Object> all, ObjectNode config, ObjectNode generation, Set<String> names,
            boolean crossAttention) {
        ObjectNode text = config.object("text_encoder");
        Names.check(text.text("model_type", "t5").equals("t5"), text, "the text encoder is " + text.text("model_type", "t5")
                + ", only t5 is supported");
        T5 t5 = T5.read(text);
        Encodec codec = Encodec.read(config.object("audio_encoder"));
        Decoder decoder = Decoder.read(config.object("decoder"), crossAttention);
        checkTogether(config, codec, decoder);
        boolean projected = t5.model() != decoder.hidden() || names.contains("enc_to_dec_proj.weight");
        all.put("text", t5.config());
        all.put("codec", codec.config());
        all.put("decoder", decoder.config());
        all.put("text_projection", projected);
        all.put("generation", generation(generation == null ? config : generation));
        var targets = new Targets();
        t5.targets(targets, "text_encoder.");
        if (projected) {
            targets.affine("projection", decoder.hidden(), t5.model(), "enc_to_dec_proj");
        }
        decoder.transformers(targets, "decoder.");
        codec.targets(targets, "audio_encoder.", Encodec.Spelling.TRANSFORMERS);
        return targets;
    }

    /** What the decoder writes, the codec must be able to read. */
    static void checkTogether(ObjectNode config, Encodec codec, Decoder decoder) {
        Names.check(decoder.vocab() == codec.codebookSize(), config, "the decoder has " + decoder.vocab() + " codes, the codec "
                + codec.codebookSize());
        Names.check(decoder.codebooks() / decoder.channels() <= codec.codebooks(), config, "the decoder has "
                + decoder.codebooks() / decoder.channels() + " codebooks a channel, the codec " + codec.codebooks());
    }

    /** Values of a request that says nothing; 3.0 and 1500 are those of every published checkpoint. */
    private static Map<String, Object> generation(ObjectNode g) {
        var values = new LinkedHashMap<String, Object>();
        values.put("guidance", g.number("guidance_scale", 3));
        values.put("max_length", g.integer("max_length", 1, Names.MOST, 1500));
        values.put("do_sample", g.flag("do_sample", true));
        values.put("top_k", g.has("top_k") ? (Integer) g.integer("top_k", 0, Names.MOST) : null);
        values.put("top_p", g.has("top_p") ? (Double) g.number("top_p") : null);
        values.put("temperature", g.has("temperature") ? (Double) g.number("temperature") : null);
        return values;
    }

    /** Defaults are those of MusicgenMelodyFeatureExtractor, at the codec's rate. */
    private static Map<String, Object> chroma(ObjectNode preprocessor, int sampleRate) {
        ObjectNode p = preprocessor == null ? Json.of("preprocessor_config.json", Map.of()) : preprocessor;
        var values = new LinkedHashMap<String, Object>();
        values.put("sampling_rate", p.integer("sampling_rate", 1, 10_000_000, sampleRate));
        values.put("n_fft", p.integer("n_fft", 2, Names.MOST, 16384));
        values.put("hop_length", p.integer("hop_length", 1, Names.MOST, 4096));
        values.put("chunk_length", p.number("chunk_length", 30));
        return values;
    }

    static List<Pattern> and(String more) {
        var patterns = new ArrayList<>(Recipe.BUFFERS);
        patterns.add(Pattern.compile(more));
        return List.copyOf(patterns);
    }
}
