package io.vivace.backend.cuda;

import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Conv2d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.DType;
import io.vivace.graph.Fused;
import io.vivace.graph.Graph.Node;
import io.vivace.graph.Guide;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.graph.NextTokens;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Op;
import io.vivace.graph.Rearrangement;
import io.vivace.graph.SampleTokens;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The element type of every value on the device. In float32 mode: as the graph says. In bfloat16 mode results of most fused operations, and caches
 * of attention, are bfloat16; rearranged values keep their type; inputs, all other arithmetic and the sampler are float32. A product or convolution
 * whose result is only read in float32 (logits, samples) is written so.
 */
final class Types {
    private final boolean narrow;
    private final Map<Integer, Type> types = new HashMap<>();
    private final Map<Integer, List<Node>> readers = new HashMap<>();

    /** @param states the types of those that other programs have made already */
    Types(List<Node> nodes, boolean narrow, Map<Value, Type> states) {
        this.narrow = narrow;
        if (!narrow) return;
        states.forEach((state, type) -> types.put(state.id(), type));
        for (Node node : nodes) {
            for (Value operand : node.op().operands()) readers.computeIfAbsent(operand.id(), id -> new ArrayList<>()).add(node);
        }
        for (Node node : nodes) caches(node.op());
        for (Node node : nodes) {
            if (node.result() != null) types.put(node.result().id(), result(node));
            if (node.op() instanceof Stepwise.Write w) types.putIfAbsent(w.state().id(), of(w.x()));
        }
    }

    Type of(Value value) {
        if (value.dtype() == DType.INT32) return Type.INT32;
        return types.getOrDefault(value.id(), Type.FLOAT32);
    }

    /** What an operation wants its activations to be. */
    Type activations(Op op) {
        return narrow && op instanceof Fused fused && narrows(fused) ? Type.BFLOAT16 : Type.FLOAT32;
    }

    private void caches(Op op) {
        switch (op) {
            case CachedAttention a -> {
                types.putIfAbsent(a.keys().id(), Type.BFLOAT16);
                types.putIfAbsent(a.values().id(), Type.BFLOAT16);
            }
            case Attention a -> {
                if (a.k().kind() == Value.Kind.STATE) types.putIfAbsent(a.k().id(), Type.BFLOAT16);
                if (a.v().kind() == Value.Kind.STATE) types.putIfAbsent(a.v().id(), Type.BFLOAT16);
            }
            default -> { }
        }
    }

    private Type result(Node node) {
        return switch (node.op()) {
            case Rearrangement.Gather _ -> Type.FLOAT32;
            case Rearrangement.Concat c -> c.parts().stream().map(this::of).distinct().count() == 1 ? of(c.parts().getFirst()) : Type.FLOAT32;
            case Rearrangement r -> of(r.operands().getFirst());
            case Stepwise.Window w -> of(w.x());
            case Fused fused when narrows(fused) && !(canWiden(fused) && readWide(node.result())) -> Type.BFLOAT16;
            default -> Type.FLOAT32;
        };
    }

    /** Whether all that a result is read for, through rearrangements, is done in float32. */
    private boolean readWide(Value value) {
        return readers.getOrDefault(value.id(), List.of()).stream().allMatch(reader -> switch (reader.op()) {
            case Rearrangement r -> reader.result() == null || readWide(reader.result());
            case Stepwise.Write _ -> false;
            case Fused fused -> !narrows(fused);
            default -> true;
        });
    }

    /** Whether an operation with bfloat16 activations can leave its sums in float32. */
    private static boolean canWiden(Fused op) {
        return switch (op) {
            case Linear _, NormedLinear _, Conv1d _, Conv2d _, ConvTranspose1d _ -> true;
            default -> false;
        };
    }

    private static boolean narrows(Fused op) {
        return switch (op) {
            case Guide _, NextTokens _, SampleTokens _, Lstm _ -> false;
            default -> true;
        };
    }
}
