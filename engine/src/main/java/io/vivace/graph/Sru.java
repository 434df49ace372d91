package io.vivace.graph;

import java.util.List;

/**
 * Simple recurrent units without their product, that is, what is left to do frame by frame, every channel by itself:
 * {@code f = σ(u1 + b_f + v_f·c)}, {@code r = σ(u2 + b_r + v_r·c)} with the cell c of the frame before, {@code c = u0 + (c − u0)·f} and
 * {@code y = s + (c − s)·r}, where the highway s is u3, or the layer's input, scaled. arXiv 1709.02755, §3.1 and §3.2, without the tanh.
 *
 * @param u             [batch, frames, parts·width]: u0 of all channels, then u1, u2 and, where there is no input, u3
 * @param input         [batch, frames, width], or null
 * @param recurrent     [2·width]: v_f, then v_r; or null where the gates do not see the cell
 * @param bias          [2·width]: b_f, then b_r
 * @param state         state [batch, width]: the cells that the layer goes on from and leaves behind, or null to start from zeros
 * @param scale         of the input
 * @param bidirectional whether the second half of the channels runs from the last frame to the first
 */
public record Sru(Value u, Value input, Value recurrent, Value bias, Value state, double scale, boolean bidirectional) implements Fused {
    public int parts() {
        return input == null ? 4 : 3;
    }

    public int width() {
        return bias.shape().size() / 2;
    }

    @Override
    public List<Value> operands() {
        return Operands.present(u, input, recurrent, bias, state);
    }

    @Override
    public List<Value> writes() {
        return Operands.present(state);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, u);
        Check.that(this, s.at(1) > 0 && (!bidirectional || width() % 2 == 0));
        Check.exactly(this, u, s.at(0), s.at(1), parts() * width());
        Check.exactly(this, bias, 2 * width());
        if (input != null) Check.exactly(this, input, s.at(0), s.at(1), width());
        if (recurrent != null) Check.exactly(this, recurrent, 2 * width());
        if (state != null) Check.exactly(this, state, s.at(0), width());
        return s.withLast(width());
    }

    @Override
    public Value decompose(Graph g) {
        int half = width() / 2;
        Value cells = state == null ? g.constant(Tensor.zeros(DType.FLOAT32, Shape.of(u.shape().at(0), width()))) : state;
        Run[] runs = bidirectional ? new Run[] {run(g, cells, 0, half, false), run(g, cells, half, width(), true)}
                : new Run[] {run(g, cells, 0, width(), false)};
        if (state != null) {
            Value last = bidirectional ? g.concat(1, runs[0].cells, runs[1].cells) : runs[0].cells;
            g.add(new Stepwise.Write(state, 0, g.constant(Tensor.of(Shape.of(1), 0)), last));
        }
        return bidirectional ? g.concat(2, runs[0].y, runs[1].y) : runs[0].y;
    }

    private record Run(Value y, Value cells) {}

    /** The channels from (inclusive) … to (exclusive), in one direction. */
    private Run run(Graph g, Value cells, int from, int to, boolean reversed) {
        int batch = u.shape().at(0), frames = u.shape().at(1);
        Value highway = input == null ? part(u, 3, from, to) : input.slice(2, from, to).affine(scale, 0);
        Value forget = part(u, 1, from, to).plus(part(bias, 0, from, to)), reset = part(u, 2, from, to).plus(part(bias, 1, from, to));
        Value candidate = part(u, 0, from, to), c = cells.slice(1, from, to);
        Value[] outputs = new Value[frames];
        for (int i = 0; i < frames; i++) {
            int t = reversed ? frames - 1 - i : i;
            Value f = gate(frame(forget, t), 0, from, to, c), r = gate(frame(reset, t), 1, from, to, c);
            Value fresh = frame(candidate, t), s = frame(highway, t);
            c = fresh.plus(c.minus(fresh).times(f));
            outputs[t] = s.plus(c.minus(s).times(r)).reshape(batch, 1, to - from);
        }
        return new Run(g.concat(1, outputs), c);
    }

    private Value gate(Value sum, int number, int from, int to, Value c) {
        Value seen = recurrent == null ? sum : sum.plus(c.times(part(recurrent, number, from, to)));
        return Activation.SIGMOID.decompose(seen);
    }

    private Value part(Value x, int number, int from, int to) {
        return x.slice(-1, number * width() + from, number * width() + to);
    }

    private static Value frame(Value x, int t) {
        return x.slice(1, t, t + 1).reshape(x.shape().at(0), x.shape().last());
    }
}
