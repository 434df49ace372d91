package io.vivace.backend;

import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Rearrangement.Concat;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Rearrangement.Reshape;
import io.vivace.graph.Rearrangement.Slice;
import io.vivace.graph.Rearrangement.Transpose;
import io.vivace.graph.Rearrangement.Unfold;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise.Advance;
import io.vivace.graph.Stepwise.Window;
import io.vivace.graph.Stepwise.Write;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operations that choose and move elements. */
final class MovementCases {
    private final List<OpCase> cases = new ArrayList<>();

    private MovementCases() {}

    static List<OpCase> all() {
        var all = new MovementCases();
        all.axes();
        all.frames();
        all.tables();
        all.states();
        return all.cases;
    }

    private void axes() {
        for (int[] order : new int[][] {{0, 1, 2, 3}, {0, 2, 1, 3}, {3, 2, 1, 0}, {0, 1, 3, 2}, {1, 0, 2, 3}}) {
            cases.add(OpCase.of("transpose " + Arrays.toString(order), o -> new Transpose(o.normal(2, 3, 7, 65), order)));
            cases.add(OpCase.of("transpose integers " + Arrays.toString(order), o -> new Transpose(o.integers(-9, 9, 2, 3, 1, 5), order)));
        }
        for (int axis = 0; axis < 3; axis++) {
            int along = axis;
            cases.add(OpCase.of("slice of axis " + axis, o -> new Slice(o.normal(3, 7, 65), along, 1, 3)));
            cases.add(OpCase.of("empty slice of axis " + axis, o -> new Slice(o.normal(3, 7, 65), along, 2, 2)));
            cases.add(OpCase.of("slice of integers, axis " + axis, o -> new Slice(o.integers(-9, 9, 3, 7, 5), along, 2, 3)));
            cases.add(OpCase.of("concat along axis " + axis, o -> new Concat(IntStream.of(1, 7, 64).mapToObj(n -> o.normal(with(along, n))).toList(), along)));
            cases.add(OpCase.of("concat of integers along axis " + axis,
                    o -> new Concat(List.of(o.integers(0, 9, 2, 3, 5), o.integers(0, 9, 2, 3, 5)), along)));
            cases.add(OpCase.of("concat of one value twice along axis " + axis, o -> {
                Value x = o.normal(2, 3, 5);
                return new Concat(List.of(x, x), along);
            }));
        }
        cases.add(OpCase.of("reshape of an input", o -> new Reshape(o.normal(2, 3, 65), Shape.of(6, 65))));
        cases.add(OpCase.of("reshape of a result", o -> new Reshape(o.normal(2, 3, 65).affine(2, 1), Shape.of(130, 3))));
        cases.add(OpCase.of("reshape of a weight", o -> new Reshape(o.vector(65), Shape.of(5, 13))));
        cases.add(OpCase.of("reshape of integers", o -> new Reshape(o.integers(-9, 9, 2, 3), Shape.of(3, 2))));
        cases.add(OpCase.of("reshape of a state that changes afterwards", o -> new Reshape(o.counter(5), Shape.of(1, 1))).runs(3));
    }

    private static int[] with(int axis, int extent) {
        int[] extents = {2, 3, 5};
        extents[axis] = extent;
        return extents;
    }

    private void frames() {
        for (Pad.Mode mode : Pad.Mode.values()) {
            for (int[] pad : new int[][] {{0, 0}, {1, 0}, {0, 3}, {6, 6}, {9, 2}, {2, 9}}) {
                for (int frames : new int[] {1, 2, 7, 65}) {
                    cases.add(OpCase.of("pad " + mode + " " + Arrays.toString(pad) + " of " + frames + " frames",
                            o -> new Pad(o.normal(2, frames, 5), pad[0], pad[1], mode)));
                }
            }
        }
        for (int[] k : new int[][] {{1, 1, 1}, {3, 1, 1}, {4, 2, 1}, {3, 2, 3}, {7, 8, 1}}) {
            cases.add(OpCase.of("unfold " + Arrays.toString(k), o -> new Unfold(o.normal(2, 65, 7), k[0], k[1], k[2])));
        }
    }

    private void tables() {
        for (Storage storage : List.of(Storage.FLOAT32, Storage.BFLOAT16)) {
            for (int channels : new int[] {1, 7, 64, 65, 130}) {
                cases.add(OpCase.of("gather " + channels + " channels", o -> new Gather(o.table(33, channels), o.integers(0, 33, 2, 7))).storedAs(storage));
                cases.add(OpCase.of("embedding sum of " + channels + " channels", o -> new EmbeddingSum(
                        IntStream.range(0, 4).mapToObj(k -> o.table(33, channels)).toList(), o.integers(0, 33, 2, 7, 4))).storedAs(storage));
            }
        }
        for (int channels : new int[] {1, 7, 64, 128}) {
            cases.add(OpCase.of("nearest of " + channels + " channels", o -> new Nearest(o.normal(3, 7, channels), o.table(65, channels))));
        }
        cases.add(OpCase.of("embedding sum of one table", o -> new EmbeddingSum(List.of(o.table(5, 7)), o.integers(0, 5, 1, 3, 1))));
    }

    private void states() {
        for (int axis = 0; axis < 3; axis++) {
            int along = axis;
            int[] part = {5, 7, 11};
            part[axis] = 1;
            cases.add(OpCase.of("write along axis " + axis, o -> new Write(o.state(5, 7, 11), along, o.counter(1), o.normal(part))).runs(4));
            cases.add(OpCase.of("window along axis " + axis, o -> new Window(o.normal(5, 7, 11), along, o.counter(1), 2)).runs(4));
        }
        cases.add(OpCase.of("window of a state", o -> new Window(o.state(2, 9, 65), 1, o.counter(2), 3)).runs(3));
        cases.add(OpCase.of("window of integers", o -> new Window(o.integers(-9, 9, 2, 9), 1, o.counter(2), 3)).runs(3));
        cases.add(OpCase.of("advance", o -> new Advance(o.counter(3), -1)).runs(3));
    }
}
