package io.vivace.converter.recipe;

import static io.vivace.converter.recipe.Source.named;

import io.vivace.converter.recipe.Target.Role;
import io.vivace.model.discodiff.DiscoDiffConfig;
import io.vivace.model.discodiff.DiscoDiffConfig.Block;
import io.vivace.model.discodiff.DiscoDiffConfig.Level;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** DiscoDiff's second network (ETH-DISCO/discodiff: Unet1DVALLEPatternSecondary, and the sampler around it) out of the Lightning file. */
public final class DiscoDiff {
    /** Where the network lies among the file's tensors. */
    public static final String NETWORK = "diffusion.denoise_model_secondary.";
    /** The other networks of the file, and the schedule's tables, which follow from the number of steps. */
    private static final List<Pattern> IGNORED = List.of(Pattern.compile("diffusion\\.(?!denoise_model_secondary\\.).*"),
            Pattern.compile("(chroma_diffusion|meta_cond_encoder_decoder|dac_model)\\..*"));
    /** Of the latents of the 44.1 kHz codec's nine codebooks; a table in the original's source. */
    private static final double[] MEANS = {0.58, -0.11, -0.18, -0.04, -0.23, -0.06, 0.08, 0, 0.03},
            DEVIATIONS = {4.95, 4.00, 3.61, 3.41, 3.24, 3.16, 3.06, 2.93, 2.79};
    /** Numbers of a level's blocks and attentions in the original's list of the level's layers. */
    private static final int[] BLOCKS = {0, 1, 3, 5, 7}, ATTENTIONS = {2, 4, 6, 8};
    private static final int RESAMPLE = 9;

    private final DiscoDiffConfig config;
    private final Map<String, Object> canonical = new LinkedHashMap<>();

    /** @param c what the original's hyper-parameters say under config */
    public DiscoDiff(ObjectNode c) {
        int codebooks = c.integer("num_codebooks", 2, MEANS.length, MEANS.length), latents = Names.size(c, "model_dim_in", 72);
        Names.check(latents % codebooks == 0, c, "model_dim_in " + latents + " is not divisible by the " + codebooks + " codebooks");
        String pattern = c.text("rvq_pattern", "VALL-E");
        Names.check(pattern.equals("VALL-E"), c, "rvq_pattern is not VALL-E, the only one that has a second network");
        canonical.put("codebooks", codebooks);
        canonical.put("codebook_dim", latents / codebooks);
        canonical.put("width", Names.size(c, "inner_dim", 576));
        canonical.put("multipliers", c.has("dim_mults") ? c.array("dim_mults").integers(1, 1 << 10) : new int[] {1, 1, 2, 2, 4});
        canonical.put("head_dim", Names.size(c, "head_dim", 128));
        canonical.put("text", Names.size(c, "clap_dim", 512) + Names.size(c, "meta_cond_dim", 512));
        canonical.put("chroma", Names.size(c, "chroma_dim", 12));
        canonical.put("frames", Names.size(c, "frame_len_dac", 896));
        canonical.put("steps", c.integer("diffusion_steps", 1, 10_000, 100));
        canonical.put("guidance", c.number("cond_scale", 3));
        canonical.put("prediction", prediction(c));
        canonical.put("means", Arrays.copyOf(MEANS, codebooks));
        canonical.put("deviations", Arrays.copyOf(DEVIATIONS, codebooks));
        config = DiscoDiffConfig.of(Json.of(c.at().toString(), canonical));
    }

    private static String prediction(ObjectNode c) {
        String name = c.text("prediction_type", "v_prediction");
        return switch (name) {
            case "v_prediction" -> "velocity";
            case "sample" -> "clean";
            case "epsilon" -> "noise";
            default -> {
                Names.check(false, c, "prediction_type is none of v_prediction, sample and epsilon");
                yield name;
            }
        };
    }

    /** The recipe of the second stage alone. */
    public Recipe recipe() {
        var targets = new Targets();
        targets(targets, NETWORK);
        return new Recipe("discodiff", Map.of("second", canonical), targets, IGNORED);
    }

    /** The canonical config. */
    Map<String, Object> config() {
        return canonical;
    }

    void targets(Targets t, String from) {
        String to = "second.";
        int width = config.width(), embedding = config.embedding();
        perceptron(t, to + "time", from + "time_mlp.1", from + "time_mlp.3", width, embedding);
        perceptron(t, to + "global", from + "cond_mlp.0", from + "cond_mlp.2", config.text(), embedding);
        t.vector(to + "null.global", config.text(), from + "null_cond_emb");
        column(t, to + "null.chroma", config.chroma(), from + "null_chroma_seq_cond_emb", config.chroma(), 1);
        column(t, to + "null.text", config.text(), from + "null_text_seq_cond_emb", config.text(), 1);
        modulation(t, to, from);
        convolution(t, to + "input", from + "init_conv", width, config.latents(), 3);
        for (Block block : config.blocks()) block(t, to + block.name(), from + place(block.name()), block);
        for (int i = 0; i < config.multipliers().length; i++) {
            boolean last = i == config.multipliers().length - 1;
            Level down = config.levels().get(i), up = config.reversed().get(i);
            attentions(t, to + "downs." + i, from + "downs." + i + ".", down.outer());
            attentions(t, to + "ups." + i, from + "ups." + i + ".", up.inner());
            convolution(t, to + "downs." + i + ".resample", from + "downs." + i + "." + RESAMPLE, down.inner(), down.outer(), last ? 3 : 4);
            convolution(t, to + "ups." + i + ".resample", from + "ups." + i + "." + RESAMPLE + (last ? "" : ".1"), up.outer(), up.inner(), 3);
        }
        String middle = to + "middle.attention", self = from + "mid_attn.fn.";
        int width2 = config.levels().getLast().inner(), inner = config.codebooks() * config.headDim();
        column(t, middle + ".norm", width2, self + "norm.g", 1, width2, 1);
        matrix(t, middle + ".qkv", 3 * inner, width2, self + "fn.to_qkv.weight");
        affine(t, middle + ".out", width2, inner, self + "fn.to_out");
        affine(t, to + "output", config.made(), width, from + "final_conv");
    }

    /** The original's place of a block. */
    private static String place(String name) {
        String[] part = name.split("\\.");
        return switch (part[0]) {
            case "middle" -> "mid_block" + (Integer.parseInt(part[2]) + 1);
            case "final" -> "final_res_block";
            default -> part[0] + "." + part[1] + "." + BLOCKS[Integer.parseInt(part[3])];
        };
    }

    /** The layers that modulate the blocks, one after another. */
    private void modulation(Targets t, String to, String from) {
        List<Source> weights = new ArrayList<>(), biases = new ArrayList<>();
        for (Block block : config.blocks()) {
            weights.add(named(from + place(block.name()) + ".mlp.1.weight", 2 * block.outputs(), 2 * config.embedding()));
            biases.add(named(from + place(block.name()) + ".mlp.1.bias", 2 * block.outputs()));
        }
        t.add(to + "modulation.weight", Role.MATRIX, new Source.Stacked(weights), config.modulations(), 2 * config.embedding());
        t.add(to + "modulation.bias", Role.VECTOR, new Source.Stacked(biases), config.modulations());
    }

    private static void block(Targets t, String to, String from, Block block) {
        convolution(t, to + ".first", from + ".block1.proj", block.outputs(), block.inputs(), 3);
        t.norm(to + ".first.norm", block.outputs(), from + ".block1.norm");
        convolution(t, to + ".second", from + ".block2.proj", block.outputs(), block.outputs(), 3);
        t.norm(to + ".second.norm", block.outputs(), from + ".block2.norm");
        if (block.inputs() != block.outputs()) affine(t, to + ".skip", block.outputs(), block.inputs(), from + ".res_conv");
    }

    private void attentions(Targets t, String to, String from, int width) {
        int linear = config.codebooks() * DiscoDiffConfig.LINEAR_HEAD, inner = config.codebooks() * config.headDim();
        for (int i = 0; i < ATTENTIONS.length; i++) {
            String own = to + ".attention." + i, source = from + ATTENTIONS[i] + ".fn.";
            column(t, own + ".norm", width, source + "norm.g", 1, width, 1);
            if (i < DiscoDiffConfig.CHROMA) {
                matrix(t, own + ".qkv", 3 * linear, width, source + "fn.to_qkv.weight");
                affine(t, own + ".out", width, linear, source + "fn.to_out.0");
                column(t, own + ".out_norm", width, source + "fn.to_out.1.g", 1, width, 1);
            } else {
                int context = i == DiscoDiffConfig.CHROMA ? config.chroma() : config.text();
                matrix(t, own + ".q", inner, width, source + "fn.to_q.weight");
                matrix(t, own + ".k", inner, context, source + "fn.to_k.weight");
                matrix(t, own + ".v", inner, context, source + "fn.to_v.weight");
                affine(t, own + ".out", width, inner, source + "fn.to_out.0");
            }
        }
    }

    private static void perceptron(Targets t, String to, String first, String second, int inputs, int outputs) {
        t.affine(to + ".first", outputs, inputs, first).affine(to + ".second", outputs, outputs, second);
    }

    /** A convolution of one tap as a linear layer. */
    private static void matrix(Targets t, String to, int outputs, int inputs, String from) {
        t.add(to, Role.MATRIX, named(from, outputs, inputs, 1), outputs, inputs);
    }

    private static void affine(Targets t, String to, int outputs, int inputs, String from) {
        matrix(t, to + ".weight", outputs, inputs, from + ".weight");
        t.vector(to + ".bias", outputs, from + ".bias");
    }

    private static void convolution(Targets t, String to, String from, int outputs, int inputs, int taps) {
        t.add(to + ".weight", Role.MATRIX, new Source.Convolution(from, outputs, inputs, taps), outputs, taps * inputs);
        t.vector(to + ".bias", outputs, from + ".bias");
    }

    /** A vector that the original keeps with axes of one. */
    private static void column(Targets t, String to, int length, String from, int... dims) {
        t.add(to, Role.VECTOR, named(from, dims), length);
    }
}
