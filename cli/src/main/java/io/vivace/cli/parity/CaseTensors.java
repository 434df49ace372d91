package io.vivace.cli.parity;

import io.vivace.BadCheckpoint;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.converter.read.ElementType;
import io.vivace.converter.read.SourceTensor;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** The tensors of a case, by name: "in." given, "out." expected, "mid." on the way. */
final class CaseTensors {
    private final Path file;
    private final Map<String, Values> values = new TreeMap<>();

    /** Reads all; cases are small. */
    CaseTensors(Path file) {
        this.file = file;
        try (Checkpoint tensors = Checkpoints.openFile(file)) {
            tensors.tensors().forEach((name, tensor) -> values.put(name, read(tensor)));
        }
    }

    private static Values read(SourceTensor tensor) {
        float[] floats = tensor.floats();
        if (tensor.type() != ElementType.I64) return new Values(tensor.dims(), floats, null);
        var ints = new int[floats.length];
        for (int i = 0; i < ints.length; i++) ints[i] = (int) floats[i]; // ids and codes are far below 2^24
        return new Values(tensor.dims(), null, ints);
    }

    Map<String, Values> all() {
        return values;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    Values get(String name) {
        Values found = values.get(name);
        if (found == null) throw new BadCheckpoint(file + " has no tensor \"" + name + "\"; the case is incomplete.");
        return found;
    }

    Tensor tensor(String name) {
        return Tensor.of(Shape.of(get(name).dims()), get(name).floats());
    }

    /** [a][b] */
    int[][] matrix(String name) {
        Values v = get(name);
        return rows(v.dims()[0], v.dims()[1], 0, (from, to) -> Arrays.copyOfRange(v.ints(), from, to), int[][]::new);
    }

    int[][] matrixOr(String name, int[][] otherwise) {
        return has(name) ? matrix(name) : otherwise;
    }

    /** [a][b][c] out of codes */
    int[][][] cube(String name) {
        Values v = get(name);
        return cube(v, 0);
    }

    private static int[][][] cube(Values v, int from) {
        int rank = v.dims().length, a = v.dims()[rank - 3], b = v.dims()[rank - 2], c = v.dims()[rank - 1];
        var cube = new int[a][][];
        for (int i = 0; i < a; i++) cube[i] = rows(b, c, from + i * b * c, (f, t) -> Arrays.copyOfRange(v.ints(), f, t), int[][]::new);
        return cube;
    }

    /** [a][b][c][d] out of codes */
    int[][][][] chunks(String name) {
        Values v = get(name);
        int size = v.ints().length / v.dims()[0];
        var chunks = new int[v.dims()[0]][][][];
        for (int i = 0; i < chunks.length; i++) chunks[i] = cube(v, i * size);
        return chunks;
    }

    /** [a][b][c] out of floats */
    float[][][] sounds(String name) {
        Values v = get(name);
        int a = v.dims()[0], b = v.dims()[1], c = v.dims()[2];
        var sounds = new float[a][][];
        for (int i = 0; i < a; i++) sounds[i] = rows(b, c, i * b * c, (f, t) -> Arrays.copyOfRange(v.floats(), f, t), float[][]::new);
        return sounds;
    }

    /** The first two extents of floats; what follows must be single. */
    float[][] table(String name) {
        Values v = get(name);
        return rows(v.dims()[0], v.floats().length / v.dims()[0], 0, (f, t) -> Arrays.copyOfRange(v.floats(), f, t), float[][]::new);
    }

    private interface Cut<T> {
        T cut(int from, int to);
    }

    private static <T> T[] rows(int count, int length, int from, Cut<T> cut, IntFunction<T[]> array) {
        T[] rows = array.apply(count);
        for (int i = 0; i < count; i++) rows[i] = cut.cut(from + i * length, from + (i + 1) * length);
        return rows;
    }
}
