package io.vivace.model.nano;

import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Activation;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/** The instruments of all roles as one vector, as denoiser and decoder each have it. */
final class Ensemble {
    private Ensemble() {}

    /**
     * Reads {@code instruments.ROLE} and {@code ensemble}; the instruments are the input "programs", int32 [1, roles].
     *
     * @param channels of an instrument's embedding
     * @return [1, 1, width]
     */
    static Value vector(Scope scope, NanoConfig config, int channels, int width) {
        Graph g = scope.graph();
        Value programs = g.input("programs", INT32, 1, NanoConfig.ROLES);
        var rows = new Value[NanoConfig.ROLES];
        for (int role = 0; role < rows.length; role++) {
            Value table = scope.at("instruments").at(role).weight("weight", config.fields().get(Sheet.BASS + role), channels);
            rows[role] = g.add(new Gather(table, programs.slice(1, role, role + 1)));
        }
        return scope.affine("ensemble", g.concat(2, rows), width, null, Activation.NONE);
    }

    /** The input "programs" of a sheet. */
    static Tensor programs(Sheet sheet) {
        return Tensor.of(Shape.of(1, NanoConfig.ROLES), sheet.instruments());
    }
}
