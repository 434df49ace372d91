package io.vivace.converter.recipe;

import io.vivace.BadCheckpoint;
import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.recipe.Source.Named;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Binds a recipe to a checkpoint: every name, every shape, nothing missing and nothing left over. */
public final class Resolver {
    private static final int MOST_LISTED = 8;
    /** Suffixes of a weight-norm pair: magnitude, direction. */
    static final List<List<String>> PAIRS = List.of(List.of(".weight_g", ".weight_v"),
            List.of(".parametrizations.weight.original0", ".parametrizations.weight.original1"));

    private final Map<String, SourceTensor> tensors;
    private final Set<String> used = new LinkedHashSet<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private final Set<String> misshapen = new LinkedHashSet<>();

    public Resolver(Map<String, SourceTensor> tensors) {
        this.tensors = tensors;
    }

    /**
     * Checks the whole recipe.
     *
     * @param checkpoint what to call it in messages
     * @return names of tensors that the recipe leaves out by rule
     * @throws BadCheckpoint naming what is missing, of another shape, or left over
     */
    public List<String> check(Recipe recipe, Path checkpoint) {
        recipe.targets().forEach(target -> check(target.source()));
        report(checkpoint, missing, "is without", "fetch it again, or correct its config");
        report(checkpoint, misshapen, "contradicts its config in", "fetch it again, or correct its config");
        var ignored = new ArrayList<String>();
        var unused = new LinkedHashSet<String>();
        for (String name : tensors.keySet()) {
            if (!used.contains(name)) {
                boolean byRule = recipe.ignored().stream().anyMatch(rule -> rule.matcher(name).matches());
                (byRule ? ignored : unused).add(name);
            }
        }
        report(checkpoint, unused, "holds, beside what family " + recipe.family() + " uses,",
                "it is of another kind or version, and would not sound as it should");
        return ignored;
    }

    private static void report(Path checkpoint, Set<String> names, String verb, String remedy) {
        if (!names.isEmpty()) {
            String listed = String.join(", ", names.stream().limit(MOST_LISTED).toList()).replaceAll("\\p{Cntrl}", "?");
            String more = names.size() > MOST_LISTED ? " and " + (names.size() - MOST_LISTED) + " more" : "";
            throw new BadCheckpoint(checkpoint + " " + verb + " " + names.size() + (names.size() == 1 ? " tensor: " : " tensors: ")
                    + listed + more + "; " + remedy + ".");
        }
    }

    private void check(Source source) {
        switch (source) {
            case Named named -> checkNamed(named);
            case Source.Slice slice -> checkNamed(slice.matrix());
            case Source.Stacked stacked -> stacked.parts().forEach(this::check);
            case Source.Transposed transposed -> checkNamed(transposed.matrix());
            case Source.Parts parts -> checkNamed(parts.matrix());
            case Source.Decay decay -> checkNamed(decay.logarithm());
            case Source.Depthwise depthwise -> checkNamed(depthwise.weight());
            case Source.Sum sum -> {
                checkNamed(sum.a());
                checkNamed(sum.b());
            }
            case Source.Convolution c -> checkConvolution(c.prefix(), c.outputs(), c.inputs(), c.taps());
            case Source.TransposedConvolution c -> checkConvolution(c.prefix(), c.inputs(), c.outputs(), c.taps());
        }
    }

    private void checkNamed(Named named) {
        boolean found = false;
        for (String name : named.names()) {
            SourceTensor tensor = tensors.get(name);
            if (tensor != null) {
                found = true;
                used.add(name);
                if (!Arrays.equals(tensor.dims(), named.dims())) {
                    misshapen.add(name + " " + Arrays.toString(tensor.dims()) + " instead of " + Arrays.toString(named.dims()));
                }
            }
        }
        if (!found) {
            missing.add(named.names().getFirst());
        }
    }

    private void checkConvolution(String prefix, int... dims) {
        for (List<String> pair : PAIRS) {
            if (tensors.containsKey(prefix + pair.get(1))) {
                checkNamed(Source.named(prefix + pair.get(0), dims[0], 1, 1));
                checkNamed(Source.named(prefix + pair.get(1), dims));
                return;
            }
        }
        checkNamed(Source.named(prefix + ".weight", dims));
    }

    /** The elements of a checked source in row-major order; call it when they are needed, it may load them. */
    public SourceTensor.Reader open(Source source) {
        return new Values(tensors).open(source);
    }
}
