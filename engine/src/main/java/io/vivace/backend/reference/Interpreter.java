package io.vivace.backend.reference;

import io.vivace.graph.Arithmetic.Affine;
import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Arithmetic.Mask;
import io.vivace.graph.Arithmetic.MatMul;
import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Arithmetic.Softmax;
import io.vivace.graph.Arithmetic.Unary;
import io.vivace.graph.Fused;
import io.vivace.graph.Op;
import io.vivace.graph.Primitive;
import io.vivace.graph.Rearrangement.Concat;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Rearrangement.Reshape;
import io.vivace.graph.Rearrangement.Slice;
import io.vivace.graph.Rearrangement.Transpose;
import io.vivace.graph.Rearrangement.Unfold;
import io.vivace.graph.Sampling;
import io.vivace.graph.Stepwise.Advance;
import io.vivace.graph.Stepwise.CausalKeep;
import io.vivace.graph.Stepwise.Force;
import io.vivace.graph.Stepwise.Window;
import io.vivace.graph.Stepwise.Write;
import io.vivace.graph.Value;
import java.util.List;
import java.util.function.Function;

/** One primitive at a time: operands are read through {@code read} as {@link Elements}, the result is a new array. */
record Interpreter(Function<Value, Object> read) {

    /** The result of an operation; null where it only changes state. */
    Object run(Op op) {
        return switch (op) {
            case Primitive primitive -> run(primitive);
            case Sampling.Probabilities p -> Tokens.probabilities(p, floats(p.logits()), floats(p.settings()));
            case Sampling.Draw d -> Tokens.draw(d, floats(d.probabilities()), ints(d.keys()), ints(d.step())[0]);
            case Fused fused -> throw new IllegalStateException(fused.title() + " was not expanded");
        };
    }

    private Object run(Primitive op) {
        return switch (op) {
            case Binary b -> Elementwise.binary(b, floats(b.a()), floats(b.b()));
            case Unary u -> Elementwise.unary(u.kind(), floats(u.x()));
            case Affine a -> Elementwise.map(floats(a.x()), x -> x * a.scale() + a.offset());
            case Mask m -> Elementwise.mask(m, floats(m.x()), ints(m.keep()));
            case MatMul m -> Rows.matMul(m, floats(m.a()), floats(m.b()));
            case Reduce r -> Rows.reduce(r, floats(r.x()));
            case Softmax s -> Rows.softmax(floats(s.x()), s.x().shape().last());
            case Nearest n -> Rows.nearest(n, floats(n.x()), floats(n.table()));
            case Reshape r -> Movement.copy(read.apply(r.x()), r.to().size());
            case Transpose t -> Movement.transpose(t, read.apply(t.x()));
            case Slice s -> Movement.slice(s.x(), read.apply(s.x()), s.axis(), s.from(), s.to() - s.from());
            case Concat c -> Movement.concat(c, c.parts().stream().map(read).toList());
            case Pad p -> Movement.pad(p, floats(p.x()));
            case Unfold u -> Movement.unfold(u, floats(u.x()));
            case Gather g -> Movement.gather(g, floats(g.table()), ints(g.ids()));
            case Window w -> window(w);
            case Write w -> write(w);
            case Advance a -> advance(a);
            case CausalKeep c -> causal(c, ints(c.position())[0]);
            case Force f -> force(ints(f.fixed()), ints(f.drawn()));
        };
    }

    private double[] floats(Value value) {
        return (double[]) read.apply(value);
    }

    private int[] ints(Value value) {
        return (int[]) read.apply(value);
    }

    /** The position, if {@code count} elements of the axis lie behind it. */
    private int inside(Op op, Value position, Value x, int axis, int count) {
        int at = ints(position)[0];
        if (at < 0 || at > x.shape().at(axis) - count) {
            throw new IndexOutOfBoundsException(op.title() + " of " + count + " elements at position " + at + " leaves axis " + axis
                    + " of " + x);
        }
        return at;
    }

    private Object window(Window w) {
        int at = inside(w, w.position(), w.x(), w.axis(), w.count());
        return Movement.slice(w.x(), read.apply(w.x()), w.axis(), at, w.count());
    }

    private Object write(Write w) {
        int count = w.x().shape().at(w.axis());
        int at = inside(w, w.position(), w.state(), w.axis(), count);
        Movement.replace(w.state(), read.apply(w.state()), w.axis(), at, count, read.apply(w.x()));
        return null;
    }

    private Object advance(Advance a) {
        ints(a.counter())[0] += a.by();
        return null;
    }

    private static int[] causal(CausalKeep c, int position) {
        int[] keep = new int[c.queries() * c.keys()];
        for (int i = 0; i < c.queries(); i++) {
            for (int j = 0; j < c.keys(); j++) keep[i * c.keys() + j] = j <= position + i ? 1 : 0;
        }
        return keep;
    }

    private static int[] force(int[] fixed, int[] drawn) {
        int[] tokens = new int[fixed.length];
        for (int i = 0; i < tokens.length; i++) tokens[i] = fixed[i] >= 0 ? fixed[i] : drawn[i];
        return tokens;
    }
}
