package io.vivace.converter.recipe;

import static io.vivace.converter.recipe.Source.named;

import io.vivace.converter.recipe.Target.Role;
import java.util.ArrayList;
import java.util.List;

/** A list of targets in load order, with the shorthands that recipes are written in. */
final class Targets {
    private final List<Target> list = new ArrayList<>();

    List<Target> list() {
        return List.copyOf(list);
    }

    Targets add(String name, Role role, Source source, int... dims) {
        list.add(new Target(name, role, dims, source));
        return this;
    }

    /** A linear layer that the checkpoint holds under one name. */
    Targets matrix(String name, int outputs, int inputs, String source) {
        return add(name, Role.MATRIX, named(source, outputs, inputs), outputs, inputs);
    }

    /** Linear layers of the same shape, fused: their rows one after another. */
    Targets fused(String name, int outputs, int inputs, String... sources) {
        return add(name, Role.MATRIX, stack(sources, outputs, inputs), sources.length * outputs, inputs);
    }

    /** A linear layer with its bias. */
    Targets affine(String name, int outputs, int inputs, String source) {
        return matrix(name + ".weight", outputs, inputs, source + ".weight").vector(name + ".bias", outputs, source + ".bias");
    }

    Targets table(String name, int rows, int channels, String... names) {
        return add(name, Role.TABLE, new Source.Named(List.of(names), rows, channels), rows, channels);
    }

    Targets vector(String name, int length, String source) {
        return add(name, Role.VECTOR, named(source, length), length);
    }

    /** Vectors of the same length joined. */
    Targets joined(String name, int length, String... sources) {
        return add(name, Role.VECTOR, stack(sources, length), sources.length * length);
    }

    /** gamma and beta out of PyTorch's weight and bias. */
    Targets norm(String name, int length, String source) {
        return vector(name + ".gamma", length, source + ".weight").vector(name + ".beta", length, source + ".bias");
    }

    private static Source stack(String[] sources, int... dims) {
        var parts = new ArrayList<Source>();
        for (String source : sources) {
            parts.add(named(source, dims));
        }
        return new Source.Stacked(parts);
    }
}
