package io.vivace.converter.recipe;

import static io.vivace.converter.recipe.Source.named;

import io.vivace.converter.recipe.Target.Role;
import io.vivace.model.nano.NanoConfig;
import io.vivace.model.nano.NanoConfig.Decoder;
import io.vivace.model.nano.NanoConfig.Diffusion;
import io.vivace.model.nano.NanoConfig.Lm;
import io.vivace.model.nano.NanoConfig.Text;
import io.vivace.model.nano.Sheet;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * vivace-nano as training/nano/export.py writes it: a folder whose config.json has the tables and a section a network, the tensors under the names that they
 * have in training, and vocab.txt. Config and names are canonical as they are.
 */
final class Nano {
    private static final List<String> TABLES = List.of("fields", "codes", "keys", "modes", "energies", "styles", "instruments", "qualities", "harmony",
            "drum_sets", "examples");
    private static final List<String> NETWORKS = List.of("text", "lm", "diffusion", "decoder");

    private final NanoConfig config;
    private final Targets t = new Targets();

    private Nano(NanoConfig config) {
        this.config = config;
    }

    /** The networks that the config has a section for. */
    static Recipe recipe(ObjectNode source) {
        var kept = new LinkedHashMap<String, Object>();
        for (String table : TABLES) kept.put(table, source.get(table));
        for (String network : NETWORKS) if (source.has(network)) kept.put(network, source.object(network));
        var nano = new Nano(NanoConfig.of(Json.of(source.at().file(), kept)));
        if (nano.config.text() != null) nano.text(nano.config.text());
        if (nano.config.lm() != null) nano.lm(nano.config.lm());
        if (nano.config.diffusion() != null) nano.diffusion(nano.config.diffusion());
        if (nano.config.decoder() != null) nano.decoder(nano.config.decoder());
        return new Recipe("nano", kept, nano.t, List.of());
    }

    private void matrix(String name, int outputs, int inputs) {
        t.matrix(name, outputs, inputs, name);
    }

    /** A linear layer with its bias. */
    private void affine(String name, int outputs, int inputs) {
        t.affine(name, outputs, inputs, name);
    }

    private void table(String name, int rows, int channels) {
        t.table(name, rows, channels, name);
    }

    private void vector(String name, int length) {
        t.vector(name, length, name);
    }

    /** A convolution of every channel by itself, with its bias. */
    private void depthwise(String name, int channels, int taps) {
        t.add(name + ".weight", Role.VECTOR, new Source.Depthwise(named(name + ".weight", channels, 1, taps)), taps, channels);
        vector(name + ".bias", channels);
    }

    /** A matrix whose rounding would be heard. */
    private void exact(String name, int outputs, int inputs) {
        t.add(name + ".weight", Role.CODEC, named(name + ".weight", outputs, inputs), outputs, inputs);
    }

    private void text(Text text) {
        table("text.embedding.weight", text.words(), text.width());
        layers("text.", text.layers(), text.width(), text.hidden());
        vector("text.norm.weight", text.width());
        affine("text.start", text.cell(), text.width());
        affine("text.said", Sheet.FIELDS.size(), text.width());
        chain("text.", text.link(), text.cell(), Sheet.FIELDS.size());
        fields("text.", text.link());
        for (int i = 0; i < Sheet.FIELDS.size(); i++) affine("text.heads." + Sheet.FIELDS.get(i), config.fields().get(i), text.cell());
    }

    private void layers(String in, int count, int width, int hidden) {
        for (int i = 0; i < count; i++) {
            String layer = in + "layers." + i + ".";
            vector(layer + "attention_norm.weight", width);
            matrix(layer + "attention.qkv.weight", 3 * width, width);
            matrix(layer + "attention.out.weight", width, width);
            vector(layer + "feed_norm.weight", width);
            matrix(layer + "gate_up.weight", 2 * hidden, width);
            matrix(layer + "down.weight", width, hidden);
        }
    }

    private void chain(String in, int link, int cell, int links) {
        table(in + "position", links, link);
        affine(in + "cell.linear", 2 * cell, link + cell);
        vector(in + "link_norm.weight", cell);
    }

    private void fields(String in, int channels) {
        for (int i = 0; i < Sheet.FIELDS.size(); i++) table(in + "fields." + Sheet.FIELDS.get(i) + ".weight", config.fields().get(i), channels);
    }

    private void lm(Lm lm) {
        int streams = config.codes().size(), tokens = streams * NanoConfig.STEPS;
        fields("lm.", lm.field());
        affine("lm.plan", lm.width(), Sheet.FIELDS.size() * lm.field());
        for (int s = 0; s < streams; s++) table("lm.bar_tokens." + s + ".weight", config.codes().get(s) + 1, lm.field());
        affine("lm.bar", lm.width(), tokens * lm.field());
        table("lm.from_start.weight", lm.fromStart(), lm.width());
        table("lm.to_end.weight", lm.toEnd(), lm.width());
        layers("lm.", lm.layers(), lm.width(), lm.hidden());
        vector("lm.norm.weight", lm.width());
        affine("lm.start", lm.cell(), lm.width());
        for (int s = 0; s < streams; s++) {
            int codes = config.codes().get(s);
            table("lm.tokens." + s + ".weight", codes, lm.link());
            for (int k = 0; k < lm.back().size(); k++) table("lm.earlier." + k + "." + s + ".weight", codes + 1, lm.link());
            affine("lm.heads." + s, codes, lm.cell());
        }
        chain("lm.", lm.link(), lm.cell(), tokens);
    }

    private void ensemble(String in, int channels, int width) {
        for (int role = 0; role < NanoConfig.ROLES; role++) {
            table(in + "instruments." + role + ".weight", config.fields().get(Sheet.BASS + role), channels);
        }
        affine(in + "ensemble", width, NanoConfig.ROLES * channels);
    }

    private void diffusion(Diffusion d) {
        String in = "diffusion.";
        ensemble(in, d.instrument(), d.width());
        affine(in + "score", d.width(), 2 * NanoConfig.FEATURES);
        depthwise(in + "score_depthwise", d.width(), NanoConfig.SCORE_KERNEL);
        affine(in + "score_second", d.width(), d.width());
        vector(in + "angle_start", d.width());
        vector(in + "angle_end", d.width());
        affine(in + "angle_first", d.width(), d.width());
        affine(in + "angle_second", d.width(), d.width());
        affine(in + "input", d.width(), NanoConfig.LATENT);
        for (int i = 0; i < d.blocks(); i++) {
            String block = in + "blocks." + i + ".";
            vector(block + "coarse_norm.weight", d.width());
            matrix(block + "coarse.qkv.weight", 3 * d.width(), d.width());
            matrix(block + "coarse.out.weight", d.width(), d.width());
            affine(block + "film", 2 * d.width(), d.width());
            perceptron(block, d.width(), d.hidden(), d.kernel());
        }
        vector(in + "norm.weight", d.width());
        affine(in + "output", NanoConfig.LATENT, d.width());
    }

    /** Depthwise convolution, norm, two linear layers. */
    private void perceptron(String block, int width, int hidden, int kernel) {
        depthwise(block + "depthwise", width, kernel);
        vector(block + "norm.weight", width);
        affine(block + "first", hidden, width);
        affine(block + "second", width, hidden);
    }

    private void decoder(Decoder d) {
        String in = "decoder.";
        int levels = NanoConfig.ROLES * NanoConfig.BANDS;
        exact(in + "energies", 2 * levels, NanoConfig.LATENT);
        vector(in + "energies.bias", 2 * levels);
        ensemble(in, d.instrument(), d.width());
        affine(in + "levels", d.width(), levels);
        affine(in + "score", d.width(), NanoConfig.FEATURES);
        for (int i = 0; i < d.blocks(); i++) perceptron(in + "blocks." + i + ".", d.width(), d.hidden(), d.kernel());
        vector(in + "norm.weight", d.width());
        affine(in + "output", NanoConfig.GAINS, d.width());
        exact(in + "direct", NanoConfig.GAINS, levels);
        exact(in + "spread", NanoConfig.BINS, NanoConfig.BANDS);
    }
}
