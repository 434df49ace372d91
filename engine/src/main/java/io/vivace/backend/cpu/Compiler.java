package io.vivace.backend.cpu;

import io.vivace.backend.Stopwatch;
import io.vivace.graph.Activate;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Arithmetic;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Conv2d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.DType;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Film;
import io.vivace.graph.Fused;
import io.vivace.graph.Gated;
import io.vivace.graph.Graph;
import io.vivace.graph.Graph.Node;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.Guide;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.NextTokens;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Primitive;
import io.vivace.graph.Rearrangement;
import io.vivace.graph.Rearrangement.Reshape;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.Rotary;
import io.vivace.graph.SampleTokens;
import io.vivace.graph.Sampling;
import io.vivace.graph.SelectiveScan;
import io.vivace.graph.Snake;
import io.vivace.graph.Sru;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.TokenEmbedding;
import io.vivace.graph.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Turns a graph into kernels: plans memory, then chooses a kernel for each operation. */
final class Compiler {
    private final Machine machine;
    private final CpuWeights weights;
    private final CpuSession session;
    private final Graph graph;
    private final List<Node> nodes;
    private final MemoryPlan plan;
    private final float[] floats;
    private final int[] ints;

    Compiler(Machine machine, CpuWeights weights, CpuSession session, Graph graph) {
        this.machine = machine;
        this.weights = weights;
        this.session = session;
        this.graph = graph;
        nodes = graph.flattened(Compiler::hasKernel);
        plan = MemoryPlan.of(graph, nodes);
        floats = new float[Math.toIntExact(plan.floats())];
        ints = new int[Math.toIntExact(plan.ints())];
    }

    CpuProgram program() {
        Kernel[] kernels = nodes.stream().map(this::timed).filter(Objects::nonNull).toArray(Kernel[]::new);
        Map<Value, Place> places = new HashMap<>();
        for (Value input : graph.leaves(Value.Kind.INPUT)) places.put(input, place(input));
        for (Value state : graph.leaves(Value.Kind.STATE)) places.put(state, place(state));
        for (Value output : graph.outputs().values()) places.put(output, place(output));
        return new CpuProgram(graph, machine, plan, kernels, places);
    }

    /** Products take weights of the model, which lie in panels; other operands are multiplied row by row. */
    private static boolean hasKernel(Fused op) {
        return switch (op) {
            case Linear l -> isWeight(l.weight());
            case Conv1d c -> isWeight(c.weight());
            case ConvTranspose1d c -> isWeight(c.weight());
            case Lstm l -> isWeight(l.wInput()) && isWeight(l.wHidden());
            case Rotary r -> !r.interleaved();
            case AdaptiveNorm _, Conv2d _, Film _, NextTokens _, NormedLinear _, SampleTokens _, TokenEmbedding _ -> false;
            case Activate _, Attention _, CachedAttention _, CausalDepthwiseConv _, EmbeddingSum _, Gated _, GroupNorm _, Guide _, LayerNorm _, RmsNorm _,
                    SelectiveScan _, Snake _, Sru _, StateSpaceDuality _ -> true;
        };
    }

    private static boolean isWeight(Value value) {
        return value.kind() == Value.Kind.WEIGHT;
    }

    /** Where a value lies; null for an operand that is absent. */
    private Place place(Value value) {
        if (value == null) return null;
        return switch (value.kind()) {
            case WEIGHT -> weights.floats(value);
            case STATE -> session.state(value);
            case CONSTANT -> {
                Tensor tensor = graph.constantOf(value);
                yield new Place(tensor.floats(), tensor.ints(), 0);
            }
            case INPUT, INTERMEDIATE -> {
                int at = plan.places().get(value.id());
                yield value.dtype() == DType.FLOAT32 ? new Place(floats, null, at) : new Place(null, ints, at);
            }
        };
    }

    private Kernel timed(Node node) {
        Kernel kernel = kernel(node);
        Stopwatch stopwatch = session.stopwatch();
        if (kernel == null || stopwatch == null) return kernel;
        long bytes = bytes(node);
        return () -> {
            long start = System.nanoTime();
            kernel.run();
            stopwatch.add(graph.name(), node.op().title(), System.nanoTime() - start, bytes);
        };
    }

    /** Of operands and result, each once. */
    private long bytes(Node node) {
        long bytes = node.result() == null ? 0 : (long) node.result().shape().size() * DType.BYTES;
        for (Value operand : node.op().operands()) bytes += isWeight(operand) ? weights.bytes(operand) : (long) operand.shape().size() * DType.BYTES;
        return bytes;
    }

    /** Null where nothing is to be done. */
    private Kernel kernel(Node node) {
        Place y = place(node.result());
        return switch (node.op()) {
            case Primitive primitive -> primitive(node, primitive, y);
            case Fused fused -> fused(fused, y);
            case Sampling.Probabilities p -> Tokens.probabilities(machine, p, place(p.logits()), place(p.settings()), y);
            case Sampling.Draw d -> Tokens.draw(d, place(d.probabilities()), place(d.keys()), place(d.step()), y);
        };
    }

    private Kernel fused(Fused op, Place y) {
        return switch (op) {
            case Linear l -> linear(l, y);
            case Conv1d c -> new Convolution(machine, c, weights.matrix(c.weight()), place(c.x()), place(c.bias()), place(c.residual()), y);
            case ConvTranspose1d c -> new Convolution(machine, c, weights.matrix(c.weight()), place(c.x()), place(c.bias()), y);
            case Lstm l -> new Recurrence(machine, l, weights.matrix(l.wInput()), weights.recurrent(l.wHidden()), place(l.x()), place(l.bias()),
                    place(l.hidden()), place(l.cell()), y);
            case Activate a -> Elementwise.apply(machine, Function.of(a.activation()), a.shape().size(), place(a.x()), y);
            case Gated g -> Elementwise.gated(machine, g, place(g.x()), y);
            case Guide g -> Elementwise.guide(machine, g, place(g.both()), place(g.scale()), y);
            case LayerNorm n -> Norms.layer(machine, n.shape(), place(n.x()), place(n.gamma()), place(n.beta()), n.epsilon(), y);
            case RmsNorm n -> Norms.rootMeanSquare(machine, n.shape(), place(n.x()), place(n.gamma()), n.epsilon(), y);
            case GroupNorm n -> Norms.group(machine, n, place(n.x()), place(n.gamma()), place(n.beta()), place(n.scale()), place(n.shift()), y);
            case Attention a when BlockedAttention.suits(a) -> new BlockedAttention(machine, a, place(a.q()), place(a.k()), place(a.v()), y);
            case Attention a -> new AttentionKernel(machine, a, place(a.q()), place(a.k()), place(a.v()), place(a.keep()), place(a.bias()), y);
            case Rotary r -> RotaryKernel.of(machine, r, place(r.x()), place(r.table()), place(r.position()), y);
            case CachedAttention a -> new AttentionKernel(machine, a, place(a.q()), place(a.k()), place(a.v()), place(a.keys()), place(a.values()),
                    place(a.position()), y);
            case EmbeddingSum e -> Lookup.embeddingSum(machine, e, e.tables().stream().map(this::table).toList(), place(e.ids()), y);
            case CausalDepthwiseConv c -> new DepthwiseKernel(machine, c, place(c.x()), place(c.weight()), place(c.bias()), place(c.state()), y);
            case SelectiveScan s -> new ScanKernel(machine, s, place(s.u()), place(s.delta()), place(s.deltaBias()), place(s.a()), place(s.b()), place(s.c()),
                    place(s.skip()), place(s.gate()), place(s.state()), y);
            case Snake s -> new SnakeKernel(machine, s, place(s.x()), place(s.alpha()), place(s.beta()), y);
            case Sru s -> new SruKernel(machine, s, place(s.u()), place(s.input()), place(s.recurrent()), place(s.bias()), place(s.state()), y);
            case StateSpaceDuality s -> duality(s, y);
            case AdaptiveNorm _, Conv2d _, Film _, NextTokens _, NormedLinear _, SampleTokens _, TokenEmbedding _ ->
                    throw new IllegalStateException(op.title() + " was not expanded");
        };
    }

    private Kernel duality(StateSpaceDuality op, Place y) {
        var in = new DualityOperands(op, place(op.x()), place(op.delta()), place(op.deltaBias()), place(op.a()), place(op.b()), place(op.c()), place(op.skip()),
                place(op.gate()), place(op.state()), y);
        return ChunkedDuality.suits(op) ? new ChunkedDuality(machine, in) : new DualityKernel(machine, in);
    }

    private Kernel linear(Linear op, Place y) {
        Place x = place(op.x()), residual = place(op.residual());
        Matrix matrix = weights.matrix(op.weight());
        var rows = new Gemm.Stretch(x.floats(), x.at(), matrix.inputs(), y.floats(), y.at(), matrix.outputs(),
                residual == null ? null : residual.floats(), residual == null ? 0 : residual.at(), op.x().shape().rows());
        return new Gemm(machine, matrix, new Gemm.Taps(1, matrix.inputs(), 0), List.of(rows), place(op.bias()), Function.of(op.activation()));
    }

    private Table table(Value value) {
        return isWeight(value) ? weights.table(value) : Table.of(value, place(value));
    }

    private Kernel primitive(Node node, Primitive op, Place y) {
        return switch (op) {
            case Arithmetic.Binary b -> Elementwise.binary(machine, b, place(b.a()), place(b.b()), y);
            case Arithmetic.Unary u -> Elementwise.apply(machine, Function.of(u.kind()), u.shape().size(), place(u.x()), y);
            case Arithmetic.Affine a -> Elementwise.affine(machine, a, place(a.x()), y);
            case Arithmetic.Mask m -> Elementwise.mask(machine, m, place(m.x()), place(m.keep()), y);
            case Arithmetic.MatMul m -> Elementwise.matMul(machine, m, place(m.a()), place(m.b()), y);
            case Arithmetic.Reduce r -> Elementwise.reduce(machine, r, place(r.x()), y);
            case Arithmetic.Softmax s -> Norms.softmax(machine, s.shape(), place(s.x()), y);
            case Arithmetic.Nearest n -> Lookup.nearest(machine, n, place(n.x()), place(n.table()), y);
            case Rearrangement.Gather g -> Lookup.gather(machine, g, table(g.table()), place(g.ids()), y);
            case Reshape r -> MemoryPlan.sharesPlace(node) ? null : Movement.copy(machine, r.to().size(), place(r.x()), y);
            case Rearrangement.Transpose t -> Movement.transpose(machine, t, place(t.x()), y);
            case Rearrangement.Slice s -> Movement.slice(machine, s, place(s.x()), y);
            case Rearrangement.Concat c -> Movement.concat(c, c.parts().stream().map(this::place).toList(), y);
            case Rearrangement.Pad p -> Movement.pad(p, place(p.x()), y);
            case Rearrangement.Unfold u -> Movement.unfold(machine, u, place(u.x()), y);
            case Stepwise.Window w -> Movement.window(w, place(w.x()), place(w.position()), y);
            case Stepwise.Write w -> Movement.write(w, place(w.state()), place(w.position()), place(w.x()));
            case Stepwise.Advance a -> advance(place(a.counter()), a.by());
            case Stepwise.CausalKeep c -> causal(c, place(c.position()), y);
            case Stepwise.Force f -> force(f.shape().size(), place(f.fixed()), place(f.drawn()), y);
        };
    }

    private static Kernel advance(Place counter, int by) {
        return () -> counter.ints()[counter.at()] += by;
    }

    private static Kernel causal(Stepwise.CausalKeep op, Place position, Place y) {
        return () -> {
            for (int i = 0; i < op.queries(); i++) {
                int row = y.at() + i * op.keys(), visible = Math.clamp(position.ints()[position.at()] + i + 1L, 0, op.keys());
                Arrays.fill(y.ints(), row, row + visible, 1);
                Arrays.fill(y.ints(), row + visible, row + op.keys(), 0);
            }
        };
    }

    private static Kernel force(int size, Place fixed, Place drawn, Place y) {
        return () -> {
            for (int i = 0; i < size; i++) {
                int value = fixed.ints()[fixed.at() + i];
                y.ints()[y.at() + i] = value >= 0 ? value : drawn.ints()[drawn.at() + i];
            }
        };
    }
}
