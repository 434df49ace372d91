package io.vivace.backend;

import io.vivace.graph.Arithmetic.Affine;
import io.vivace.graph.NextTokens;
import io.vivace.graph.SampleTokens;
import io.vivace.graph.Sampling;
import io.vivace.graph.Sampling.Draw;
import io.vivace.graph.Sampling.Probabilities;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise.Force;
import io.vivace.graph.Tensor;
import io.vivace.graph.TokenEmbedding;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** From logits to tokens, and from tokens to what a decoder takes in. */
final class TokenCases {
    /** Temperature, top-k, top-p. */
    private static final float[][] SETTINGS = {{1, 0, 0}, {0, 0, 0}, {0, 250, 0.9f}, {0.7f, 0, 1}, {1, 1, 0}, {1, 5, 0}, {1.3f, 250, 0}, {1, 100_000, 0},
        {1, 0, 0.9f}, {1, 0, 0.01f}, {0.8f, 50, 0.6f}};
    private final List<OpCase> cases = new ArrayList<>();

    private TokenCases() {}

    static List<OpCase> all() {
        var all = new TokenCases();
        all.sampling();
        all.nextTokens();
        all.embeddings();
        for (int batch = 1; batch <= 3; batch++) {
            int rows = batch;
            all.cases.add(OpCase.of("force, batch " + batch, o -> new Force(o.integers(-2, 3, rows, 4), o.integers(0, 9, rows, 4))));
        }
        return all.cases;
    }

    private void sampling() {
        for (int vocabulary : new int[] {1, 7, 64, 65, 130, 2048}) {
            for (float[] row : SETTINGS) {
                String name = " of " + vocabulary + " at temperature " + row[0] + ", top-k " + row[1] + ", top-p " + row[2];
                cases.add(OpCase.of("probabilities" + name, o -> new Probabilities(logits(o, 2, vocabulary), settings(o, row, row))));
                cases.add(OpCase.of("tokens" + name, o -> new SampleTokens(logits(o, 3, vocabulary), settings(o, row, row, row), keys(o, 3), o.counter(1)))
                        .runs(8));
            }
            cases.add(OpCase.of("draw of " + vocabulary, o -> new Draw(o.positive(2, 4, vocabulary), keys(o, 2), o.counter(1))).runs(8));
        }
        cases.add(OpCase.of("tokens, each row by its own settings",
                o -> new SampleTokens(logits(o, 3, 65), settings(o, SETTINGS[1], SETTINGS[5], SETTINGS[10]), keys(o, 3), o.counter(1))).runs(8));
        cases.add(OpCase.of("probabilities of equal logits", o -> new Probabilities(o.normal(2, 4, 65).affine(0, 1), settings(o, SETTINGS[5], SETTINGS[8]))));
        cases.add(OpCase.of("draw where most have no chance", o -> new Draw(o.graph().add(new Probabilities(logits(o, 2, 130),
                settings(o, SETTINGS[4], SETTINGS[5]))), keys(o, 2), o.counter(1))).runs(8));
    }

    private void embeddings() {
        for (Storage storage : List.of(Storage.FLOAT32, Storage.BFLOAT16)) {
            for (int channels : new int[] {1, 7, 64, 130}) {
                for (int frames : new int[] {1, 3}) {
                    String name = "token embedding of " + frames + " columns, " + channels + " channels";
                    cases.add(OpCase.of(name, o -> new TokenEmbedding(tables(o, 4, channels), o.integers(0, 33, 2, 9, 4), o.counter(1), frames, 2,
                            o.state(11, channels), o.counter(1))).storedAs(storage).runs(4));
                    cases.add(OpCase.of(name + ", without positions", o -> new TokenEmbedding(tables(o, 3, channels), o.integers(0, 33, 2, 9, 3), o.counter(1),
                            frames, 1, null, null)).storedAs(storage).runs(4));
                }
            }
        }
        cases.add(OpCase.of("token embedding of 11 codebooks", o -> new TokenEmbedding(tables(o, 11, 7), o.integers(0, 33, 1, 3, 11), o.counter(1), 1, 2,
                o.state(3, 7), o.counter(1))).runs(2));
    }

    private static List<Value> tables(Operands o, int count, int channels) {
        return IntStream.range(0, count).mapToObj(k -> o.table(33, channels)).toList();
    }

    private void nextTokens() {
        for (int vocabulary : new int[] {1, 65, 2048}) {
            for (int batch = 1; batch <= 3; batch++) {
                int rows = batch;
                float[][] settings = IntStream.range(0, batch).mapToObj(b -> SETTINGS[b]).toArray(float[][]::new);
                cases.add(OpCase.of("next tokens of " + vocabulary + ", batch " + batch, o -> new NextTokens(logits(o, rows, vocabulary),
                        settings(o, settings), keys(o, rows), o.counter(1), o.integers(-5, 5, rows, 9, 4), o.integerState(rows, 9, 4), o.counter(1))).runs(8));
            }
        }
    }

    private static Value logits(Operands o, int batch, int vocabulary) {
        return o.graph().add(new Affine(o.normal(batch, 4, vocabulary), 3, -1));
    }

    private static Value settings(Operands o, float[]... rows) {
        float[] all = new float[rows.length * Sampling.SETTINGS];
        for (int i = 0; i < rows.length; i++) System.arraycopy(rows[i], 0, all, i * Sampling.SETTINGS, Sampling.SETTINGS);
        return o.input(Tensor.of(Shape.of(rows.length, Sampling.SETTINGS), all));
    }

    private static Value keys(Operands o, int batch) {
        return o.integers(Integer.MIN_VALUE, Integer.MAX_VALUE, batch, 3);
    }
}
