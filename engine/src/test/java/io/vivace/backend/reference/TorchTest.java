package io.vivace.backend.reference;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.graph.Activate;
import io.vivace.graph.Arithmetic;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Conv1d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Gated;
import io.vivace.graph.Graph;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.Guide;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.graph.Rearrangement;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.Sampling;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The meaning of every operation, against PyTorch's: both in double precision from the same float32 operands. */
class TorchTest {
    private static final double TOLERANCE = 1e-11;

    static List<TorchCase> cases() {
        return TorchCase.all();
    }

    @Test
    void noCaseIsMissing() {
        assertEquals(143, cases().size());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsPyTorch(TorchCase c) {
        if (c.parameters().containsKey("chunks")) {
            runInChunks(c);
            return;
        }
        Graph g = Graph.named(c.op());
        g.output("y", build(g, c));
        ReferenceProgram program = compile(new ReferenceSession(new MemoryWeights()), g);
        c.operands().forEach(program::set);
        program.run();
        boolean integers = g.outputs().get("y").dtype() == INT32;
        double[] y = integers ? Arrays.stream(program.get("y").ints()).asDoubleStream().toArray() : program.doubles("y");
        assertClose(c.results().get("y"), y, c.toString());
    }

    private static Value build(Graph g, TorchCase c) {
        Value x = c.input(g, "x"), weight = c.input(g, "weight"), bias = c.input(g, "bias"), residual = c.input(g, "residual");
        Value gamma = c.input(g, "gamma"), beta = c.input(g, "beta");
        return g.add(switch (c.op()) {
            case "activate" -> new Activate(x, c.activation());
            case "gated" -> new Gated(x, c.activation());
            case "linear" -> new Linear(x, weight, bias, residual, c.activation());
            case "layer-norm" -> new LayerNorm(x, gamma, beta, c.real("epsilon"));
            case "rms-norm" -> new RmsNorm(x, gamma, c.real("epsilon"));
            case "group-norm" -> new GroupNorm(x, c.integer("groups"), gamma, beta, c.real("epsilon"));
            case "attention" -> new Attention(c.input(g, "q"), c.input(g, "k"), c.input(g, "v"), c.integer("heads"), c.real("scale"),
                    c.flag("causal"), c.input(g, "keep"), bias);
            case "conv1d" -> new Conv1d(x, weight, bias, residual, c.integer("kernel"), c.integer("stride"), c.integer("dilation"),
                    c.integer("left"), c.integer("right"), Rearrangement.Pad.Mode.valueOf(c.parameters().get("mode")), c.activation());
            case "conv-transpose1d" -> new ConvTranspose1d(x, weight, bias, c.integer("kernel"), c.integer("stride"), c.integer("left"),
                    c.integer("length"), c.activation());
            case "embedding-sum" -> new EmbeddingSum(IntStream.range(0, 4).mapToObj(k -> c.input(g, "table." + k)).toList(), c.input(g, "ids"));
            case "nearest" -> new Arithmetic.Nearest(x, c.input(g, "table"));
            case "guide" -> new Guide(c.input(g, "both"), c.input(g, "scale"));
            case "softmax" -> new Arithmetic.Softmax(x);
            case "probabilities" -> new Sampling.Probabilities(c.input(g, "logits"), c.input(g, "settings"));
            default -> throw new AssertionError("no operation is named " + c.op());
        });
    }

    /** Runs parts of the frames one after another over the session's states; their results joined must equal the whole. */
    private static void runInChunks(TorchCase c) {
        ReferenceSession session = new ReferenceSession(new MemoryWeights());
        double[] y = new double[c.results().get("y").length];
        int from = 0;
        ReferenceProgram program = null;
        for (String chunk : c.parameters().get("chunks").split(",")) {
            int count = Integer.parseInt(chunk);
            program = c.op().equals("lstm") ? lstm(session, c, from, count) : cachedAttention(session, c, from, count);
            program.run();
            put(program.doubles("y"), y, from, count, 6);
            from += count;
        }
        assertClose(c.results().get("y"), y, c.toString());
        for (String state : List.of("hidden", "cell")) {
            if (c.results().containsKey(state)) assertClose(c.results().get(state), program.doubles(state), c + " " + state);
        }
    }

    private static ReferenceProgram lstm(ReferenceSession session, TorchCase c, int from, int count) {
        Graph g = Graph.named("lstm");
        boolean carried = c.flag("carried");
        Value hidden = carried ? g.state("hidden", FLOAT32, 2, 4) : null, cell = carried ? g.state("cell", FLOAT32, 2, 4) : null;
        Value x = g.input("x", FLOAT32, 2, count, 3);
        g.output("y", g.add(new Lstm(x, c.input(g, "wInput"), c.input(g, "wHidden"), c.input(g, "bias"), hidden, cell)));
        ReferenceProgram program = compile(session, g);
        program.set("x", frames(c.operands().get("x"), from, count));
        for (String name : List.of("wInput", "wHidden", "bias")) program.set(name, c.operands().get(name));
        if (carried && from == 0) program.set("hidden", c.operands().get("hidden")).set("cell", c.operands().get("cell"));
        return program;
    }

    private static ReferenceProgram cachedAttention(ReferenceSession session, TorchCase c, int from, int count) {
        Graph g = Graph.named("cached");
        Value[] qkv = new Value[3];
        for (int i = 0; i < 3; i++) qkv[i] = g.input("qkv".substring(i, i + 1), FLOAT32, 2, count, 8);
        int capacity = c.integer("capacity");
        Value position = g.state("position", INT32, 1);
        g.output("y", g.add(new CachedAttention(qkv[0], qkv[1], qkv[2], g.state("keys", FLOAT32, 2, capacity, 8),
                g.state("values", FLOAT32, 2, capacity, 8), position, c.integer("heads"), c.real("scale"))));
        g.add(new Stepwise.Advance(position, count));
        ReferenceProgram program = compile(session, g);
        c.operands().forEach((name, tensor) -> program.set(name, frames(tensor, from, count)));
        return program;
    }

    private static ReferenceProgram compile(ReferenceSession session, Graph graph) {
        return (ReferenceProgram) session.compile(graph);
    }

    private static Tensor frames(Tensor x, int from, int count) {
        int batch = x.shape().at(0), frames = x.shape().at(1), channels = x.shape().last();
        float[] part = new float[batch * count * channels];
        for (int b = 0; b < batch; b++) System.arraycopy(x.floats(), (b * frames + from) * channels, part, b * count * channels, count * channels);
        return Tensor.of(Shape.of(batch, count, channels), part);
    }

    /** Frames from … from + count of a batch of two. */
    private static void put(double[] part, double[] whole, int from, int count, int frames) {
        int channels = part.length / 2 / count;
        for (int b = 0; b < 2; b++) System.arraycopy(part, b * count * channels, whole, (b * frames + from) * channels, count * channels);
    }

    private static void assertClose(double[] expected, double[] actual, String what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE * Math.max(1, Math.abs(expected[i])), what + " at " + i);
        }
    }
}
