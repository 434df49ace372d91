package io.vivace.graph;

import static io.vivace.graph.Activation.NONE;
import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Rearrangement.Pad;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation refuses operands that do not fit when the graph is built, and names itself, them and their shapes. */
class RefusalTest {

    /** An operation that must be refused, made from values of the given graph. */
    record Refusal(String why, Function<Graph, Op> op) {
        @Override
        public String toString() {
            return op.apply(Graph.named("g")).title() + ": " + why;
        }
    }

    private static Value f(Graph g, int... extents) {
        return g.input("f" + g.values().size(), FLOAT32, extents);
    }

    private static Value i(Graph g, int... extents) {
        return g.input("i" + g.values().size(), INT32, extents);
    }

    private static Value is(Graph g, int... extents) {
        return g.state("s" + g.values().size(), INT32, extents);
    }

    private static Value s(Graph g, int... extents) {
        return g.state("s" + g.values().size(), FLOAT32, extents);
    }

    private static Refusal refuse(String why, Function<Graph, Op> op) {
        return new Refusal(why, op);
    }

    static Stream<Refusal> refusals() {
        return Stream.of(primitives(), movements(), states(), matrices(), norms(), attention(), convolutions(), stateSpaces(), tokens()).flatMap(s -> s);
    }

    private static Stream<Refusal> primitives() {
        return Stream.of(
                refuse("3 against 2", g -> new Binary(Binary.Kind.ADD, f(g, 2, 3), f(g, 2))),
                refuse("integers", g -> new Binary(Binary.Kind.MULTIPLY, i(g, 2), i(g, 2))),
                refuse("integers", g -> new Arithmetic.Unary(Arithmetic.Unary.Kind.EXP, i(g, 2))),
                refuse("integers", g -> new Arithmetic.Affine(i(g, 2), 1, 0)),
                refuse("inner extents differ", g -> new Arithmetic.MatMul(f(g, 2, 3), f(g, 2, 4), false)),
                refuse("inner extents differ, transposed", g -> new Arithmetic.MatMul(f(g, 2, 3), f(g, 3, 4), true)),
                refuse("leading extents do not broadcast", g -> new Arithmetic.MatMul(f(g, 2, 1, 3), f(g, 4, 3, 1), false)),
                refuse("a vector", g -> new Arithmetic.MatMul(f(g, 3), f(g, 3, 1), false)),
                refuse("no such axis", g -> new Reduce(Reduce.Kind.SUM, f(g, 2, 3), 2)),
                refuse("nothing to reduce", g -> new Reduce(Reduce.Kind.MEAN, f(g, 2, 0), 1)),
                refuse("integers", g -> new Arithmetic.Softmax(i(g, 2))),
                refuse("keep is larger", g -> new Arithmetic.Mask(f(g, 3), i(g, 2, 3))),
                refuse("keep is float", g -> new Arithmetic.Mask(f(g, 3), f(g, 3))),
                refuse("integers", g -> new Activate(i(g, 2), NONE)),
                refuse("an odd number of channels", g -> new Gated(f(g, 2, 3), NONE)),
                refuse("an odd number of rows", g -> new Guide(f(g, 3, 2), f(g, 1))),
                refuse("two scales", g -> new Guide(f(g, 2, 2), f(g, 2))));
    }

    private static Stream<Refusal> movements() {
        return Stream.of(
                refuse("another number of elements", g -> new Rearrangement.Reshape(f(g, 2, 3), Shape.of(5))),
                refuse("an axis twice", g -> new Rearrangement.Transpose(f(g, 2, 3), new int[] {0, 0})),
                refuse("too few axes", g -> new Rearrangement.Transpose(f(g, 2, 3), new int[] {0})),
                refuse("beyond the end", g -> new Rearrangement.Slice(f(g, 2, 3), 1, 1, 4)),
                refuse("backwards", g -> new Rearrangement.Slice(f(g, 2, 3), 1, 2, 1)),
                refuse("no such axis", g -> new Rearrangement.Slice(f(g, 2, 3), 2, 0, 1)),
                refuse("another extent", g -> new Rearrangement.Concat(List.of(f(g, 2, 3), f(g, 3, 3)), 1)),
                refuse("another rank", g -> new Rearrangement.Concat(List.of(f(g, 2, 3), f(g, 2)), 0)),
                refuse("mixed types", g -> new Rearrangement.Concat(List.of(f(g, 2), i(g, 2)), 0)),
                refuse("no such axis", g -> new Rearrangement.Concat(List.of(f(g, 2), f(g, 2)), 1)),
                refuse("no frames", g -> new Pad(f(g, 2, 3), 1, 1, Pad.Mode.ZERO)),
                refuse("a negative width", g -> new Pad(f(g, 1, 2, 3), -1, 1, Pad.Mode.ZERO)),
                refuse("nothing to repeat", g -> new Pad(f(g, 1, 0, 3), 1, 1, Pad.Mode.REPLICATE)),
                refuse("too few frames", g -> new Rearrangement.Unfold(f(g, 1, 4, 3), 3, 1, 2)),
                refuse("a reach beyond 2^31", g -> new Rearrangement.Unfold(f(g, 1, 4, 3), 1 << 17, 1, 1 << 17)),
                refuse("stride 0", g -> new Rearrangement.Unfold(f(g, 1, 4, 3), 1, 0, 1)),
                refuse("float ids", g -> new Rearrangement.Gather(f(g, 2, 3), f(g, 2))),
                refuse("an integer table", g -> new Rearrangement.Gather(i(g, 2, 3), i(g, 2))),
                refuse("a table of rank 3", g -> new Rearrangement.Gather(f(g, 2, 3, 1), i(g, 2))),
                refuse("other channels", g -> new Arithmetic.Nearest(f(g, 2, 3), f(g, 4, 2))),
                refuse("an empty table", g -> new Arithmetic.Nearest(f(g, 2, 3), f(g, 0, 3))));
    }

    private static Stream<Refusal> states() {
        return Stream.of(
                refuse("more than there is", g -> new Stepwise.Window(f(g, 2, 3), 1, i(g, 1), 4)),
                refuse("a negative count", g -> new Stepwise.Window(f(g, 2, 3), 1, i(g, 1), -1)),
                refuse("no such axis", g -> new Stepwise.Window(f(g, 2, 3), -1, i(g, 1), 1)),
                refuse("two positions", g -> new Stepwise.Window(f(g, 2, 3), 1, i(g, 2), 1)),
                refuse("larger than the state", g -> new Stepwise.Write(s(g, 2, 3), 1, i(g, 1), f(g, 2, 4))),
                refuse("another extent", g -> new Stepwise.Write(s(g, 2, 3), 1, i(g, 1), f(g, 1, 1))),
                refuse("integers into floats", g -> new Stepwise.Write(s(g, 2, 3), 1, i(g, 1), i(g, 2, 1))),
                refuse("no such axis", g -> new Stepwise.Write(s(g, 2, 3), 2, i(g, 1), f(g, 2, 3))),
                refuse("a float counter", g -> new Stepwise.Advance(s(g, 1), 1)),
                refuse("a float position", g -> new Stepwise.CausalKeep(f(g, 1), 1, 1)),
                refuse("another shape", g -> new Stepwise.Force(i(g, 2), i(g, 3))),
                refuse("floats", g -> new Stepwise.Force(f(g, 2), f(g, 2))));
    }

    private static Stream<Refusal> matrices() {
        return Stream.of(
                refuse("other inputs", g -> new Linear(f(g, 2, 3), f(g, 5, 4), null, null, NONE)),
                refuse("a bias of the inputs' length", g -> new Linear(f(g, 2, 3), f(g, 5, 3), f(g, 3), null, NONE)),
                refuse("a residual like the input", g -> new Linear(f(g, 2, 3), f(g, 5, 3), null, f(g, 2, 3), NONE)),
                refuse("a vector", g -> new Linear(f(g, 3), f(g, 5, 3), null, null, NONE)),
                refuse("beta without centring",
                        g -> new NormedLinear(AdaptiveNorm.Kind.ROOT_MEAN_SQUARE, f(g, 2, 3), f(g, 3), f(g, 3), 1, f(g, 5, 3), null, NONE)),
                refuse("other channels", g -> new NormedLinear(AdaptiveNorm.Kind.LAYER, f(g, 2, 3), f(g, 2), null, 1, f(g, 5, 3), null, NONE)),
                refuse("three gates", g -> new Lstm(f(g, 1, 2, 3), f(g, 12, 3), f(g, 12, 4), f(g, 12), null, null)),
                refuse("a hidden state without a cell", g -> new Lstm(f(g, 1, 2, 3), f(g, 16, 3), f(g, 16, 4), f(g, 16), s(g, 1, 4), null)),
                refuse("states of another batch", g -> new Lstm(f(g, 1, 2, 3), f(g, 16, 3), f(g, 16, 4), f(g, 16), s(g, 2, 4), s(g, 2, 4))),
                refuse("no frames", g -> new Lstm(f(g, 1, 0, 3), f(g, 16, 3), f(g, 16, 4), f(g, 16), null, null)));
    }

    private static Stream<Refusal> norms() {
        return Stream.of(
                refuse("other channels", g -> new LayerNorm(f(g, 2, 3), f(g, 2), null, 1e-5)),
                refuse("other channels of beta", g -> new LayerNorm(f(g, 2, 3), f(g, 3), f(g, 1), 1e-5)),
                refuse("other channels", g -> new RmsNorm(f(g, 2, 3), f(g, 1), 1e-5)),
                refuse("groups do not divide the channels", g -> new GroupNorm(f(g, 1, 2, 6), 4, f(g, 6), f(g, 6), 1e-5)),
                refuse("no groups", g -> new GroupNorm(f(g, 1, 2, 6), 0, f(g, 6), f(g, 6), 1e-5)),
                refuse("other channels", g -> new GroupNorm(f(g, 1, 2, 6), 2, f(g, 6), f(g, 5), 1e-5)),
                refuse("a scale without a shift", g -> new GroupNorm(f(g, 1, 2, 6), 2, f(g, 6), f(g, 6), 1e-5, f(g, 1, 6), null, NONE)),
                refuse("a modulation of another batch", g -> new GroupNorm(f(g, 1, 2, 6), 2, f(g, 6), f(g, 6), 1e-5, f(g, 2, 6), f(g, 1, 6), NONE)),
                refuse("a shift of other channels", g -> new AdaptiveNorm(AdaptiveNorm.Kind.LAYER, f(g, 1, 2, 6), f(g, 6), null, 1e-5, f(g, 1, 6), f(g, 1, 5))),
                refuse("other channels", g -> new AdaptiveNorm(AdaptiveNorm.Kind.LAYER, f(g, 1, 2, 6), f(g, 5), null, 1e-5, f(g, 1, 6), f(g, 1, 6))),
                refuse("a vector", g -> new Film(f(g, 6), f(g, 1, 6), f(g, 1, 6))),
                refuse("a scale of each frame", g -> new Film(f(g, 1, 2, 6), f(g, 1, 2, 6), f(g, 1, 6))),
                refuse("other channels", g -> new Snake(f(g, 1, 2, 6), f(g, 6), f(g, 5))));
    }

    private static Stream<Refusal> attention() {
        return Stream.of(
                refuse("heads do not divide the channels", g -> new Attention(f(g, 1, 2, 6), f(g, 1, 3, 6), f(g, 1, 3, 6), 4, 1, false, null, null)),
                refuse("another batch", g -> new Attention(f(g, 1, 2, 6), f(g, 2, 3, 6), f(g, 2, 3, 6), 2, 1, false, null, null)),
                refuse("fewer values than keys", g -> new Attention(f(g, 1, 2, 6), f(g, 1, 3, 6), f(g, 1, 2, 6), 2, 1, false, null, null)),
                refuse("heads that cannot share their keys", g -> new Attention(f(g, 1, 2, 6), f(g, 1, 3, 4), f(g, 1, 3, 4), 3, 2, 1, false, null, null)),
                refuse("keys of more heads than said", g -> new Attention(f(g, 1, 2, 6), f(g, 1, 3, 6), f(g, 1, 3, 6), 2, 1, 1, false, null, null)),
                refuse("no heads of keys", g -> new Attention(f(g, 1, 2, 6), f(g, 1, 3, 0), f(g, 1, 3, 0), 2, 0, 1, false, null, null)),
                refuse("a keep of the queries", g -> new Attention(f(g, 1, 2, 6), f(g, 1, 3, 6), f(g, 1, 3, 6), 2, 1, false, i(g, 1, 2), null)),
                refuse("a bias of one head", g -> new Attention(f(g, 1, 2, 6), f(g, 1, 3, 6), f(g, 1, 3, 6), 2, 1, false, null, f(g, 1, 2, 3))),
                refuse("more frames than the states hold", g -> new CachedAttention(f(g, 1, 5, 6), f(g, 1, 5, 6), f(g, 1, 5, 6), s(g, 1, 4, 6),
                        s(g, 1, 4, 6), i(g, 1), 2, 1)),
                refuse("states of all heads for keys of one", g -> new CachedAttention(f(g, 1, 1, 6), f(g, 1, 1, 3), f(g, 1, 1, 3), s(g, 1, 4, 6),
                        s(g, 1, 4, 6), i(g, 1), 2, 1, 1)),
                refuse("an odd number of turned channels", g -> new Rotary(f(g, 1, 2, 6), f(g, 4, 3), null, 2, false)),
                refuse("more turned channels than a head has", g -> new Rotary(f(g, 1, 2, 6), f(g, 4, 4), null, 2, false)),
                refuse("fewer positions than frames", g -> new Rotary(f(g, 1, 2, 6), f(g, 1, 2), i(g, 1), 2, true)),
                refuse("heads do not divide the channels", g -> new Rotary(f(g, 1, 2, 6), f(g, 4, 2), i(g, 1), 4, true)),
                refuse("two positions", g -> new Rotary(f(g, 1, 2, 6), f(g, 4, 2), i(g, 2), 2, true)),
                refuse("states of different capacity", g -> new CachedAttention(f(g, 1, 1, 6), f(g, 1, 1, 6), f(g, 1, 1, 6), s(g, 1, 4, 6),
                        s(g, 1, 5, 6), i(g, 1), 2, 1)));
    }

    private static Stream<Refusal> convolutions() {
        return Stream.of(
                refuse("a kernel longer than the padded signal", g -> new Conv1d(f(g, 1, 4, 3), f(g, 2, 18), null, null, 6, 1, 1, 1, 0, Pad.Mode.ZERO, NONE)),
                refuse("a matrix of another kernel", g -> new Conv1d(f(g, 1, 4, 3), f(g, 2, 6), null, null, 3, 1, 1, 1, 0, Pad.Mode.ZERO, NONE)),
                refuse("a residual of another length", g -> new Conv1d(f(g, 1, 4, 3), f(g, 2, 9), null, f(g, 1, 4, 2), 3, 1, 1, 0, 0, Pad.Mode.ZERO, NONE)),
                refuse("nothing to reflect", g -> new Conv1d(f(g, 1, 0, 3), f(g, 2, 9), null, null, 3, 1, 1, 2, 1, Pad.Mode.REFLECT, NONE)),
                refuse("a kernel higher than the image", g -> new Conv2d(f(g, 1, 2, 9, 1), f(g, 2, 9), null, null, new Conv2d.Axis(3, 1, 1, 0, 0),
                        new Conv2d.Axis(3, 1, 1, 0, 0), NONE)),
                refuse("a kernel shorter than the stride", g -> new ConvTranspose1d(f(g, 1, 4, 3), f(g, 6, 3), null, 2, 3, 0, 4, NONE)),
                refuse("longer than there is", g -> new ConvTranspose1d(f(g, 1, 4, 3), f(g, 4, 6), null, 4, 2, 3, 8, NONE)),
                refuse("a matrix of another kernel", g -> new ConvTranspose1d(f(g, 1, 4, 3), f(g, 4, 3), null, 4, 2, 0, 8, NONE)));
    }

    private static Stream<Refusal> stateSpaces() {
        return Stream.of(
                refuse("no frames", g -> scan(g, f(g, 1, 0, 6), f(g, 1, 0, 4), f(g, 6), null)),
                refuse("B of other states", g -> scan(g, f(g, 1, 2, 6), f(g, 1, 2, 5), f(g, 6), null)),
                refuse("a skip of one channel", g -> scan(g, f(g, 1, 2, 6), f(g, 1, 2, 4), f(g, 1), null)),
                refuse("a state of other states", g -> scan(g, f(g, 1, 2, 6), f(g, 1, 2, 4), f(g, 6), s(g, 1, 6, 5))),
                refuse("heads do not divide the channels", g -> duality(g, 7, f(g, 3), 1, 0, null)),
                refuse("groups do not divide the heads", g -> duality(g, 6, f(g, 3), 2, 0, null)),
                refuse("limits the wrong way round", g -> duality(g, 6, f(g, 3), 1, 2, null)),
                refuse("rates by state", g -> duality(g, 6, f(g, 3, 4), 1, 0, null)),
                refuse("a state of other heads", g -> duality(g, 6, f(g, 3), 1, 0, s(g, 1, 2, 3, 4))),
                refuse("a single tap", g -> new CausalDepthwiseConv(f(g, 1, 2, 3), f(g, 1, 3), null, null, NONE)),
                refuse("channels first", g -> new CausalDepthwiseConv(f(g, 1, 2, 3), f(g, 3, 4), null, null, NONE)),
                refuse("a state as long as the kernel", g -> new CausalDepthwiseConv(f(g, 1, 2, 3), f(g, 4, 3), null, s(g, 1, 4, 3), NONE)),
                refuse("an input beside four parts", g -> new Sru(f(g, 1, 2, 12), f(g, 1, 2, 3), null, f(g, 6), null, 1, false)),
                refuse("an odd width both ways", g -> new Sru(f(g, 1, 2, 12), null, null, f(g, 6), null, 1, true)),
                refuse("one gate's bias", g -> new Sru(f(g, 1, 2, 16), null, null, f(g, 4), null, 1, false)),
                refuse("a state of another batch", g -> new Sru(f(g, 1, 2, 12), null, null, f(g, 6), s(g, 2, 3), 1, false)));
    }

    /** Of 4 states. */
    private static SelectiveScan scan(Graph g, Value u, Value b, Value skip, Value state) {
        return new SelectiveScan(u, u, null, f(g, 6, 4), b, b, skip, null, state, false);
    }

    /** Of 3 step sizes and of 4 states a group. */
    private static StateSpaceDuality duality(Graph g, int channels, Value a, int groups, double least, Value state) {
        Value b = f(g, 1, 2, 4 * groups);
        return new StateSpaceDuality(f(g, 1, 2, channels), f(g, 1, 2, 3), null, a, b, b, null, null, state, groups, least, 1);
    }

    private static TokenEmbedding embedding(Graph g, Value tokens, int frames, Value positions) {
        return new TokenEmbedding(List.of(f(g, 5, 2), f(g, 5, 2)), tokens, i(g, 1), frames, 2, positions, i(g, 1));
    }

    private static Stream<Refusal> tokens() {
        return Stream.of(
                refuse("a table missing", g -> new EmbeddingSum(List.of(f(g, 5, 2)), i(g, 1, 3, 2))),
                refuse("tables of different width", g -> new EmbeddingSum(List.of(f(g, 5, 2), f(g, 5, 3)), i(g, 1, 3, 2))),
                refuse("a codebook without table", g -> embedding(g, i(g, 1, 9, 3), 1, f(g, 9, 2))),
                refuse("more frames than columns", g -> embedding(g, i(g, 1, 9, 2), 10, f(g, 19, 2))),
                refuse("positions of another width", g -> embedding(g, i(g, 1, 9, 2), 1, f(g, 9, 3))),
                refuse("fewer positions than frames", g -> embedding(g, i(g, 1, 9, 2), 9, f(g, 8, 2))),
                refuse("settings of another batch", g -> new Sampling.Probabilities(f(g, 2, 4, 8), f(g, 1, 3))),
                refuse("two settings", g -> new Sampling.Probabilities(f(g, 2, 4, 8), f(g, 2, 2))),
                refuse("two words of key", g -> new Sampling.Draw(f(g, 2, 4, 8), i(g, 2, 2), i(g, 1))),
                refuse("two steps", g -> new Sampling.Draw(f(g, 2, 4, 8), i(g, 2, 3), i(g, 2))),
                refuse("float keys", g -> new SampleTokens(f(g, 2, 4, 8), f(g, 2, 3), f(g, 2, 3), i(g, 1))),
                refuse("tokens of fewer codebooks",
                        g -> new NextTokens(f(g, 2, 4, 8), f(g, 2, 3), i(g, 2, 3), i(g, 1), i(g, 2, 9, 3), is(g, 2, 9, 3), i(g, 1))),
                refuse("fewer given than columns",
                        g -> new NextTokens(f(g, 2, 4, 8), f(g, 2, 3), i(g, 2, 3), i(g, 1), i(g, 2, 8, 4), is(g, 2, 9, 4), i(g, 1))),
                refuse("two columns", g -> new NextTokens(f(g, 2, 4, 8), f(g, 2, 3), i(g, 2, 3), i(g, 1), i(g, 2, 9, 4), is(g, 2, 9, 4), i(g, 2))));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void namesTheOperationAndItsOperands(Refusal refusal) {
        Graph g = Graph.named("g");
        Op op = refusal.op.apply(g);
        String message = assertThrows(BadGraph.class, () -> g.add(op)).getMessage();
        for (Value operand : op.operands()) assertTrue(message.contains(operand.toString()), message + " does not name " + operand);
        assertTrue(message.contains(op.title()), message);
        assertTrue(g.nodes().isEmpty(), "a refused operation leaves nothing behind");
    }

    @Test
    void theMessageIsOneLine() {
        Graph g = Graph.named("g");
        Value x = g.input("x", FLOAT32, 2, 3), w = g.weight("proj.weight", 5, 4);
        assertEquals("Linear does not fit its operands: Linear[x=%0 x FLOAT32[2, 3], weight=%1 proj.weight FLOAT32[5, 4], bias=null, "
                + "residual=null, activation=NONE]", assertThrows(BadGraph.class, () -> g.add(new Linear(x, w, null, null, NONE))).getMessage());
    }

    @Test
    void everyOperationIsRefusedSomewhere() {
        Set<String> refused = refusals().map(r -> r.op.apply(Graph.named("g")).title()).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Operations.names(), refused);
    }
}
