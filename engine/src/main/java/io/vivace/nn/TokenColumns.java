package io.vivace.nn;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Graph;
import io.vivace.graph.NextTokens;
import io.vivace.graph.Sampling;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of a decoder that goes column by column, as states, and the end of its passes, which draws the next ones. One column holds a token of
 * every codebook.
 *
 * @param batch     clips
 * @param columns   that fit
 * @param codebooks tokens of a column
 */
public record TokenColumns(Graph graph, int batch, int columns, int codebooks) {
    /** Names of states: the tokens, what places are given (negative: free), the column that the next pass begins with, and the number of the next draw. */
    public static final String TOKENS = "codes", GIVEN = "forced", COLUMN = "column", DRAW = "draw";
    /** Names of states: temperature, top-k and top-p; seed and sample. */
    public static final String SETTINGS = "settings", KEYS = "keys";

    /** int32 [batch, columns, codebooks] */
    public Value tokens() {
        return graph.state(TOKENS, INT32, batch, columns, codebooks);
    }

    /** int32 [1] */
    public Value column() {
        return graph.state(COLUMN, INT32, 1);
    }

    /** int32 [1] */
    public Value draws() {
        return graph.state(DRAW, INT32, 1);
    }

    public Value settings() {
        return graph.state(SETTINGS, FLOAT32, batch, Sampling.SETTINGS);
    }

    public Value keys() {
        return graph.state(KEYS, INT32, batch, 3);
    }

    /**
     * Draws a column behind each of the last ones that a pass took, each with the random numbers of its own draw, and writes it into the tokens.
     * The column and the number of the draw go on as if each had been a pass of its own.
     *
     * @param logits [batch, the last columns, codebooks, vocabulary]
     * @param taken  columns that the pass took
     * @return what was drawn, int32 [batch, the last columns, codebooks]
     */
    public Value draw(Value logits, int taken) {
        Shape s = logits.shape();
        Value given = graph.state(GIVEN, INT32, batch, columns, codebooks);
        List<Value> drawn = new ArrayList<>();
        for (int i = 0; i < s.at(1); i++) {
            graph.add(new Stepwise.Advance(column(), i == 0 ? taken - s.at(1) + 1 : 1));
            Value own = logits.slice(1, i, i + 1).reshape(batch, codebooks, s.last());
            Value next = graph.add(new NextTokens(own, settings(), keys(), draws(), given, tokens(), column()));
            graph.add(new Stepwise.Advance(draws(), 1));
            drawn.add(next.reshape(batch, 1, codebooks));
        }
        return graph.concat(1, drawn.toArray(Value[]::new));
    }
}
