package io.vivace.backend;

import io.vivace.graph.Op;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An operation's test: how to make it and its operands, how its weights are stored, and how often it runs in a row over the same
 * states. The double-precision interpreter, given the same (rounded) weights, says what must come out.
 *
 * @param name    operation and parameters, for people; also the seed of the operands
 * @param storage of matrices and embedding tables
 */
record OpCase(String name, Storage storage, int runs, Function<Operands, Op> op) {
    /** One channel and few taps: RELU leaves three sums whose products cancel. */
    private static final String CANCELS = "transposed convolution [7, 3] of [2, 7, 1] to 1 from 2 RELU";

    static OpCase of(String name, Function<Operands, Op> op) {
        return new OpCase(name, Storage.FLOAT32, 1, op);
    }

    OpCase storedAs(Storage other) {
        return new OpCase(name + " " + other, other, runs, op);
    }

    OpCase runs(int count) {
        return new OpCase(name + ", " + count + " runs", storage, count, op);
    }

    /** Greatest relative L2 error. The oracle has the same rounded weights, so only float32 arithmetic differs: 24 bits, and a sum of up to 1000 terms. */
    double tolerance() {
        return switch (storage) {
            case FLOAT32, BFLOAT16, INT8 -> 1e-6;
            case INT32, UINT8 -> throw new IllegalStateException("no matrix is stored as " + storage);
        };
    }

    /** On a back end that may work in bfloat16: half a unit is 2⁻⁹ of a value, and operands, weights and results are rounded so. */
    double tolerance(boolean narrow) {
        if (!narrow) return tolerance();
        return name.equals(CANCELS) ? 3e-2 : 1e-2;
    }

    /** Outputs and states after each run. */
    List<Map<String, Tensor>> run(Backend backend) {
        Operands operands = new Operands(name, storage);
        Value result = operands.graph().add(op.apply(operands));
        if (result != null) operands.graph().output("result", result);
        operands.finish();
        List<Map<String, Tensor>> all = new ArrayList<>();
        try (Backend.Session session = backend.open(operands.weights())) {
            Program program = session.compile(operands.graph());
            operands.tensors().forEach(program::set);
            for (int i = 0; i < runs; i++) {
                program.run();
                all.add(results(operands, program));
            }
        }
        return all;
    }

    private static Map<String, Tensor> results(Operands operands, Program program) {
        Map<String, Tensor> results = new LinkedHashMap<>();
        operands.graph().outputs().forEach((name, value) -> results.put(name, program.get(name)));
        operands.graph().leaves(Value.Kind.STATE).forEach(state -> results.put(state.name(), program.get(state.name())));
        return results;
    }

    @Override
    public String toString() {
        return name;
    }
}
