package io.vivace.converter.recipe;

import static io.vivace.converter.recipe.Source.named;

import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.recipe.Target.Role;
import io.vivace.model.dac.DacConfig;
import io.vivace.model.discodiff.DiscoDiffConfig;
import io.vivace.model.ssm.MixerConfig.Duality;
import io.vivace.model.ssmttm.Block;
import io.vivace.model.ssmttm.Block.Part;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The checkpoints of SSM-TTM (arXiv 2601.14786): what Lightning's trainer saves, with the text encoder in it, and the training's config.json. Names and
 * shapes of the tensors tell the variant; the config is held against them. Older configs lack keys, for which the published model's numbers stand.
 */
public final class SsmTtm {
    private static final String MUSIC = "music_model.", LAYERS = MUSIC + "backbone.", TEXT = "text_encoder.";
    private static final int SPECIAL = 1024, LEAST_TEXT = 60, END_OF_TEXT = 1, STANDARD_HEADS = 8;
    private static final double EPSILON = 1e-5, GUIDANCE = 3;
    /** Hz of the codec that the published models were trained with; their configs do not say it. */
    private static final int SAMPLE_RATE = 44_100;
    /** The original builds its model from these only when all of them are there, else with its defaults. */
    private static final List<String> VARIANT_KEYS = List.of("num_heads", "self_atten_layers", "is_incontext", "is_pure_mamba");

    private final ObjectNode model;
    private final Map<String, SourceTensor> tensors;
    private final Targets t = new Targets();

    private SsmTtm(ObjectNode config, Map<String, SourceTensor> tensors) {
        this.model = config.object("model");
        this.tensors = tensors;
    }

    /** Whether tensors of these names are such a model's. */
    public static boolean matches(Set<String> names) {
        return names.contains(MUSIC + "condition_linear.weight");
    }

    /**
     * @param config  the training's
     * @param text    config.json of the text encoder, or null: the tensors say it all
     * @param tensors of the checkpoint
     * @param codec   recipe of the codec, or null: the model cannot be heard
     * @param second  recipe of the second stage, or null
     * @param hearing recipe of the text encoder that the second stage hears, or null: that of the checkpoint
     */
    public static Recipe recipe(ObjectNode config, ObjectNode text, Map<String, SourceTensor> tensors, Recipe codec, Recipe second, Recipe hearing) {
        return new SsmTtm(config, tensors).recipe(text, codec, second, hearing);
    }

    private Recipe recipe(ObjectNode text, Recipe codec, Recipe second, Recipe hearing) {
        T5 t5 = text == null ? T5.of(tensors, TEXT) : T5.read(text);
        t5.targets(t, TEXT);
        var all = new LinkedHashMap<String, Object>();
        all.put("text", t5.config());
        all.put("lm", lm(t5));
        all.put("generation", Map.of("guidance", GUIDANCE));
        var targets = new ArrayList<>(t.list());
        var ignored = new ArrayList<>(Recipe.BUFFERS);
        if (codec != null) {
            checkCodec(codec);
            all.putAll(codec.config());
            targets.addAll(codec.targets());
            ignored.addAll(codec.ignored());
        }
        if (second != null) {
            checkSecond(codec, second, hearing, t5);
            all.putAll(second.config());
            targets.addAll(second.targets());
            ignored.addAll(second.ignored());
        }
        if (hearing != null) {
            Names.check(second != null, model, "a text encoder of the second stage was given, but no second stage");
            all.put("second_text", hearing.config().get("text"));
            hearing.targets().forEach(target -> targets.add(new Target("second." + target.name(), target.role(), target.dims(), target.source())));
            ignored.addAll(hearing.ignored());
        }
        return new Recipe("ssm-ttm", all, targets, List.copyOf(ignored));
    }

    private void checkSecond(Recipe codec, Recipe second, Recipe hearing, T5 own) {
        Names.check(second.family().equals("discodiff"), model, "the second stage that was given is of the family " + second.family()
                + ", but discodiff is needed");
        Names.check(codec != null, model, "a second stage needs a codec, give it with --codec");
        Names.check(hearing == null || hearing.family().equals("t5"), model, "the text encoder of the second stage is no T5");
        DiscoDiffConfig network = DiscoDiffConfig.of(Json.of("second stage", second.config()).object("second"));
        DacConfig dac = DacConfig.of(Json.of("codec", codec.config()).object("codec"));
        int codebooks = Names.size(model, "codec_layer", 1);
        Names.check(codebooks == 1, model, "codec_layer is " + codebooks + ", but a second stage goes with a model of one codebook");
        Names.check(network.codebooks() == dac.codebooks() && network.codebookDim() == dac.codebookDim(), model, "the second stage makes " + network.codebooks()
                + " codebooks of " + network.codebookDim() + " channels, but the codec has " + dac.codebooks() + " of " + dac.codebookDim());
        int width = hearing == null ? own.model() : Json.of("text encoder", hearing.config()).object("text").integer("model", 1, Names.MOST);
        Names.check(width == network.text(), model, "the second stage hears a text encoder of " + network.text() + " channels, but "
                + (hearing == null ? "that of the checkpoint has " + width + ", give its own (flan-t5-large) with --second-text-encoder"
                : "the one that was given has " + width));
    }

    private void checkCodec(Recipe codec) {
        Names.check(codec.family().equals("dac"), model, "the codec that was given is of the family " + codec.family()
                + ", but the model speaks Descript's (dac)");
        DacConfig dac = DacConfig.of(Json.of("codec", codec.config()).object("codec"));
        int codebooks = Names.size(model, "codec_layer", 1);
        Names.check(dac.sampleRate() == SAMPLE_RATE, model, "the codec has " + dac.sampleRate() + " Hz, but the model was trained with one of " + SAMPLE_RATE
                + " Hz");
        Names.check(dac.codebookSize() == SPECIAL, model, "the codec has " + dac.codebookSize() + " codes a codebook, the model " + SPECIAL);
        Names.check(codebooks <= dac.codebooks(), model, "codec_layer is " + codebooks + ", but the codec has only " + dac.codebooks() + " codebooks");
    }

    private Map<String, Object> lm(T5 text) {
        int hidden = Names.size(model, "d_model", 1024), codebooks = Names.size(model, "codec_layer", 1);
        int vocabulary = Names.size(model, "vocab_size", SPECIAL + 1);
        Names.check(vocabulary > SPECIAL, model, "vocab_size is " + vocabulary + ", which leaves no room for the special id " + SPECIAL);
        boolean whole = VARIANT_KEYS.stream().allMatch(model::has);
        int heads = whole ? model.integer("num_heads", 1, 1 << 12) : STANDARD_HEADS;
        List<Block> blocks = blocks(whole);
        Duality mixer = mixer(blocks, hidden);
        int inner = dim(LAYERS + "0.ff.feed_forward.0.weight", 0, 2 * hidden);
        t.affine("lm.condition", hidden, text.model(), MUSIC + "condition_linear").norm("lm.condition_norm", hidden, MUSIC + "condition_norm");
        for (int k = 0; k < codebooks; k++) t.table("lm.embedding." + k, vocabulary, hidden, MUSIC + "embedding." + k + ".weight");
        for (int i = 0; i < blocks.size(); i++) layer(blocks.get(i), "lm.layers." + i + ".", LAYERS + i + ".", hidden, inner, mixer);
        t.fused("lm.heads", vocabulary, hidden, numbered(MUSIC + "lm_head.", codebooks, ".weight"));
        var lm = new LinkedHashMap<String, Object>();
        lm.put("hidden", hidden);
        lm.put("vocab", vocabulary);
        lm.put("special", SPECIAL);
        lm.put("codebooks", codebooks);
        lm.put("heads", heads);
        lm.put("feed_forward", inner);
        lm.put("mixer", mixer == null ? null : Mixers.config(mixer));
        lm.put("blocks", blocks.stream().map(Block::name).toList());
        lm.put("masked", blocks.stream().allMatch(block -> block.parts().equals(Set.of(Part.MIXER))));
        lm.put("text_width", text.model());
        lm.put("least_text", LEAST_TEXT);
        lm.put("text_fill", END_OF_TEXT);
        return lm;
    }

    private List<Block> blocks(boolean whole) {
        int layers = model.integer("layers", 1, 1000, 24);
        var blocks = new ArrayList<Block>();
        for (int i = 0; i < layers; i++) {
            Set<Part> parts = parts(LAYERS + i + ".");
            Names.check(!parts.isEmpty(), model, "layers is " + layers + ", but the checkpoint has no layer " + i);
            Names.check(Block.of(parts).isPresent(), model, "layer " + i + " of the checkpoint consists of " + parts + ", which is no variant that is known");
            if (whole) checkVariant(i, parts);
            blocks.add(Block.of(parts).orElseThrow());
        }
        return blocks;
    }

    /** What a layer consists of, by the names of its tensors. */
    private Set<Part> parts(String layer) {
        var parts = EnumSet.noneOf(Part.class);
        if (has(layer + "mamba.mamba.in_proj.weight") || has(layer + "mamba.in_proj.weight")) parts.add(Part.MIXER);
        if (has(layer + "self_atten.norm.weight")) parts.add(Part.SELF_ATTENTION);
        if (has(layer + "fusion_gate.weight")) parts.add(Part.GATE);
        if (has(layer + "cross_atten.norm.weight")) parts.add(Part.CROSS_ATTENTION);
        if (has(layer + "ff.norm.weight")) parts.add(Part.FEED_FORWARD);
        return parts;
    }

    private void checkVariant(int layer, Set<Part> parts) {
        boolean prefix = model.flag("is_incontext"), pure = model.flag("is_pure_mamba");
        boolean attention = false;
        for (int each : model.array("self_atten_layers").integers(0, 1000)) attention |= each == layer;
        boolean right = parts.contains(Part.CROSS_ATTENTION) != prefix && parts.contains(Part.SELF_ATTENTION) == (attention && !(prefix && pure))
                && (prefix && pure) == !parts.contains(Part.FEED_FORWARD);
        Names.check(right, model, "is_incontext " + prefix + ", is_pure_mamba " + pure
                + " and self_atten_layers describe another variant than that of the checkpoint, "
                + "whose layer " + layer + " consists of " + parts);
    }

    /** Layers are alike; the first that has one says how wide its heads are. One group, as the original has it. */
    private Duality mixer(List<Block> blocks, int hidden) {
        for (int i = 0; i < blocks.size(); i++) {
            if (!blocks.get(i).parts().contains(Part.MIXER)) continue;
            String from = mixerNames(LAYERS + i + ".");
            int inner = dim(from + "out_proj.weight", 1, 2 * hidden), heads = dim(from + "A_log", 0, 1);
            Names.check(inner % heads == 0, model, inner + " channels of layer " + i + " are no " + heads + " heads");
            return new Duality(hidden, inner, Names.size(model, "d_state", 512), dim(from + "conv1d.weight", 2, 4), heads, 1, 0, Double.POSITIVE_INFINITY,
                    false, true, EPSILON);
        }
        return null;
    }

    /** Prefix Mamba has no level for the parts of a layer. */
    private String mixerNames(String layer) {
        return has(layer + "mamba.mamba.in_proj.weight") ? layer + "mamba.mamba." : layer + "mamba.";
    }

    private void layer(Block block, String to, String from, int hidden, int inner, Duality mixer) {
        Set<Part> parts = block.parts();
        if (parts.contains(Part.MIXER)) {
            String names = mixerNames(from);
            Mixers.targets(t, to + "mixer", mixer, (names.endsWith("mamba.mamba.") ? from + "mamba." : from) + "norm.weight", names);
        }
        if (parts.contains(Part.SELF_ATTENTION)) {
            String self = from + "self_atten.self_atten.";
            t.vector(to + "self.norm", hidden, from + "self_atten.norm.weight");
            var rows = new Source.Stacked(List.of(named(self + "to_q.weight", hidden, hidden), named(self + "to_kv.weight", 2 * hidden, hidden)));
            t.add(to + "self.qkv", Role.MATRIX, rows, 3 * hidden, hidden).affine(to + "self.out", hidden, hidden, self + "attention.to_out");
        }
        if (parts.contains(Part.GATE)) t.affine(to + "gate", hidden, 2 * hidden, from + "fusion_gate");
        if (parts.contains(Part.CROSS_ATTENTION)) {
            String cross = from + "cross_atten.cross_atten.";
            t.vector(to + "cross.norm", hidden, from + "cross_atten.norm.weight").matrix(to + "cross.q", hidden, hidden, cross + "to_q.weight");
            t.matrix(to + "cross.kv", 2 * hidden, hidden, cross + "to_kv.weight").affine(to + "cross.out", hidden, hidden, cross + "attention.to_out");
        }
        if (parts.contains(Part.FEED_FORWARD)) {
            t.vector(to + "feed_forward.norm", hidden, from + "ff.norm.weight").affine(to + "feed_forward.in", inner, hidden, from + "ff.feed_forward.0");
            t.affine(to + "feed_forward.out", hidden, inner, from + "ff.feed_forward.3");
        }
    }

    private boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** An extent of a tensor; where there is none, the resolver will say so. */
    private int dim(String name, int axis, int otherwise) {
        SourceTensor tensor = tensors.get(name);
        return tensor == null || tensor.dims().length <= axis || tensor.dims()[axis] < 1 ? otherwise : tensor.dims()[axis];
    }

    private static String[] numbered(String prefix, int count, String suffix) {
        var names = new String[count];
        for (int k = 0; k < count; k++) names[k] = prefix + k + suffix;
        return names;
    }
}
