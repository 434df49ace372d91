package io.vivace.backend;

import io.vivace.graph.Activate;
import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.Mask;
import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Conv1d;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.Op;
import io.vivace.graph.Rearrangement.Concat;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Rearrangement.Transpose;
import io.vivace.graph.Rearrangement.Unfold;
import io.vivace.graph.Stepwise.Window;
import io.vivace.graph.Stepwise.Write;
import io.vivace.graph.TokenEmbedding;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Operations as they stand in a model: between others that have kernels of their own, so that on a GPU in bfloat16 they read and write bfloat16; with
 * weights that the file has in another form than the operation wants; and so large that they are cut into large tiles.
 */
final class BetweenCases {
    private final List<OpCase> cases = new ArrayList<>();

    private BetweenCases() {}

    static List<OpCase> all() {
        var all = new BetweenCases();
        all.moved();
        all.products();
        all.largeTiles();
        all.otherLayouts();
        all.pairs();
        all.add("group norm of many frames", o -> new GroupNorm(inner(o, 1, 4001, 40), 2, o.vector(40), o.vector(40), 1e-5));
        for (int size : new int[] {64, 80}) {
            all.add("attention of 66 heads of " + size + " in tall tiles", o -> new Attention(inner(o, 4, 65, 66 * size), inner(o, 4, 5, 66 * size),
                    inner(o, 4, 5, 66 * size), 66, 0.125, false, null, null));
        }
        all.cases.add(OpCase.of("mask along two axes of four", o -> new Mask(o.normal(3, 7, 5, 4), o.integers(0, 2, 3, 1, 5, 1))));
        return all.cases;
    }

    /** The operation's result goes into one more operation. */
    private void add(String name, Function<Operands, Op> op) {
        cases.add(between(name, op));
    }

    private static OpCase between(String name, Function<Operands, Op> op) {
        return OpCase.of(name + ", between others", o -> new Activate(o.graph().add(op.apply(o)), Activation.NONE));
    }

    /** The result of an operation. */
    private static Value inner(Operands o, int... extents) {
        return o.graph().add(new Activate(o.normal(extents), Activation.NONE));
    }

    private void moved() {
        add("transpose of the last axes", o -> new Transpose(inner(o, 2, 3, 40, 65), new int[] {0, 1, 3, 2}));
        add("transpose of four axes", o -> new Transpose(inner(o, 2, 3, 7, 65), new int[] {2, 1, 0, 3}));
        add("pad", o -> new Pad(inner(o, 2, 65, 5), 6, 3, Pad.Mode.REFLECT));
        add("unfold", o -> new Unfold(inner(o, 2, 65, 7), 3, 2, 1));
        add("concat along the last axis", o -> new Concat(List.of(inner(o, 2, 3, 64), inner(o, 2, 3, 7)), 2));
        cases.add(OpCase.of("window, between others", o -> new Activate(o.graph().add(new Window(inner(o, 5, 7, 11), 1, o.counter(1), 2)),
                Activation.NONE)).runs(3));
        cases.add(OpCase.of("write of a result", o -> new Write(o.state(5, 7, 64), 1, o.counter(1), inner(o, 5, 1, 64))).runs(3));
    }

    private void products() {
        for (Storage storage : List.of(Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8)) {
            for (int rows : new int[] {3, 65}) {
                cases.add(between("linear of " + rows + " rows", o -> new Linear(inner(o, rows, 66), o.matrix(70, 66), o.vector(70), inner(o, rows, 70),
                        Activation.SILU)).storedAs(storage));
            }
            cases.add(between("convolution", o -> new Conv1d(inner(o, 2, 65, 8), o.matrix(65, 24), o.vector(65), null, 3, 1, 1, 1, 1, Pad.Mode.ZERO,
                    Activation.NONE)).storedAs(storage));
        }
    }

    /** Two that follow each other in a decoding step, and on a GPU share a launch. */
    private void pairs() {
        for (Storage storage : List.of(Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8)) {
            cases.add(between("product of a product", o -> new Linear(o.graph().add(new Linear(inner(o, 3, 66), o.matrix(130, 66), null, null, Activation.SILU)),
                    o.matrix(70, 130), o.vector(70), null, Activation.NONE)).storedAs(storage));
            cases.add(between("cached attention of a product", o -> {
                Value qkv = o.graph().add(new Linear(inner(o, 2, 1, 66), o.matrix(384, 66), null, null, Activation.NONE));
                return attention(o, qkv.slice(2, 0, 128), qkv.slice(2, 128, 256), qkv.slice(2, 256, 384));
            }).storedAs(storage).runs(3));
            cases.add(between("product of cached attention", o -> {
                Value residual = inner(o, 2, 1, 70), mixed = o.graph().add(attention(o, inner(o, 2, 1, 128), inner(o, 2, 1, 128), inner(o, 2, 1, 128)));
                return new Linear(mixed, o.matrix(70, 128), null, residual, Activation.NONE);
            }).storedAs(storage).runs(3));
        }
    }

    private static CachedAttention attention(Operands o, Value q, Value k, Value v) {
        return new CachedAttention(q, k, v, o.state(2, 130, 128), o.state(2, 130, 128), o.counter(1), 2, 0.125);
    }

    /** As many tiles of 128 by 128 as make a large device busy. */
    private void largeTiles() {
        for (Storage storage : List.of(Storage.BFLOAT16, Storage.INT8)) {
            cases.add(between("linear in large tiles", o -> new Linear(inner(o, 129, 8), o.matrix(8065, 8), null, null, Activation.NONE)).storedAs(storage));
            cases.add(OpCase.of("linear in large tiles", o -> new Linear(inner(o, 129, 8), o.matrix(8065, 8), null, null, Activation.NONE)).storedAs(storage));
            cases.add(between("convolution in large tiles", o -> new Conv1d(inner(o, 1, 129, 8), o.matrix(8065, 16), null, null, 2, 1, 1, 1, 0, Pad.Mode.ZERO,
                    Activation.NONE)).storedAs(storage));
        }
    }

    /** Matrices in rows and tables in panels, as an operation finds them that shares a weight with one of the other kind. */
    private void otherLayouts() {
        for (int rows : new int[] {3, 65}) {
            add("linear of " + rows + " rows by a table", o -> new Linear(inner(o, rows, 66), o.table(70, 66), null, null, Activation.NONE));
            cases.add(OpCase.of("linear of " + rows + " rows by a table", o -> new Linear(inner(o, rows, 66), o.table(70, 66), null, null, Activation.NONE)));
        }
        add("convolution by a table", o -> new Conv1d(inner(o, 2, 65, 8), o.table(65, 24), null, null, 3, 1, 1, 1, 1, Pad.Mode.ZERO, Activation.NONE));
        cases.add(OpCase.of("convolution by a table", o -> new Conv1d(inner(o, 2, 65, 8), o.table(65, 24), null, null, 3, 1, 1, 1, 1, Pad.Mode.ZERO,
                Activation.NONE)));
        cases.add(OpCase.of("gather from a matrix", o -> new Gather(o.matrix(33, 65), o.integers(0, 33, 2, 7))));
        cases.add(OpCase.of("nearest in a matrix", o -> new Nearest(o.normal(3, 7, 64), o.matrix(65, 64))));
        cases.add(OpCase.of("embedding sum of a matrix", o -> new EmbeddingSum(List.of(o.matrix(33, 65)), o.integers(0, 33, 2, 7, 1))));
        cases.add(OpCase.of("token embedding of a matrix", o -> new TokenEmbedding(List.of(o.matrix(33, 65)), o.integers(0, 33, 2, 9, 1), o.counter(1), 1, 1,
                null, null)).runs(2));
    }
}
