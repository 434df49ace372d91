package io.vivace.backend.cuda;

import io.vivace.graph.Activate;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Arithmetic;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Conv2d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Film;
import io.vivace.graph.Fused;
import io.vivace.graph.Gated;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.Guide;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.graph.NextTokens;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Op;
import io.vivace.graph.Primitive;
import io.vivace.graph.Rearrangement;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.Rotary;
import io.vivace.graph.SampleTokens;
import io.vivace.graph.Sampling;
import io.vivace.graph.SelectiveScan;
import io.vivace.graph.Snake;
import io.vivace.graph.Sru;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.graph.Stepwise;
import io.vivace.graph.TokenEmbedding;
import io.vivace.graph.Value;
import io.vivace.kernels.Launch;
import java.util.ArrayList;
import java.util.List;

/** Which kernels run an operation. */
final class Kernels {
    private Kernels() {}

    /** Whether an operation has kernels of its own; products take weights of the model, which lie in panels. */
    static boolean has(Fused op) {
        return switch (op) {
            case Linear l -> isWeight(l.weight());
            case NormedLinear l -> isWeight(l.weight());
            case Conv1d c -> isWeight(c.weight());
            case Conv2d c -> isWeight(c.weight());
            case ConvTranspose1d c -> isWeight(c.weight());
            case TokenEmbedding e -> e.tables().size() <= Lookup.TABLES;
            case Lstm l -> isWeight(l.wInput()) && isWeight(l.wHidden());
            case CausalDepthwiseConv c -> Scans.takes(c);
            case StateSpaceDuality d -> Dualities.takes(d);
            case Activate _, AdaptiveNorm _, Attention _, CachedAttention _, EmbeddingSum _, Film _, Gated _, GroupNorm _, Guide _, LayerNorm _,
                    NextTokens _, RmsNorm _, Rotary _, SampleTokens _, SelectiveScan _, Snake _, Sru _ -> true;
        };
    }

    private static boolean isWeight(Value value) {
        return value.kind() == Value.Kind.WEIGHT;
    }

    /** What an operation needs between its launches. */
    static long scratchBytes(Op op) {
        return switch (op) {
            case Attention a -> Attentions.scratchBytes(a);
            case CachedAttention a -> Attentions.scratchBytes(a);
            case GroupNorm n -> GroupNorms.scratchBytes(n);
            case Lstm l -> Scratch.COUNTERS + Recurrences.scratchBytes(l);
            case SelectiveScan s -> Scratch.COUNTERS + Scans.scratchBytes(s);
            case StateSpaceDuality d -> Scratch.COUNTERS + Dualities.scratchBytes(d);
            case NormedLinear l -> Products.scratchBytes(l);
            case SampleTokens s -> Tokens.scratchBytes(s.logits());
            case NextTokens n -> Tokens.scratchBytes(n.logits());
            default -> 0;
        };
    }

    static List<Launch> of(Op op, Operands o) {
        return switch (op) {
            case Fused fused -> fused(fused, o);
            case Primitive primitive -> primitive(primitive, o);
            case Sampling.Probabilities p -> Tokens.of(p, o.wide(p.logits()), o.wide(p.settings()), o.result(), o.alarm());
            case Sampling.Draw d -> Tokens.of(d, o.wide(d.probabilities()), o.raw(d.keys()), o.raw(d.step()), o.result(), o.alarm());
        };
    }

    private static List<Launch> fused(Fused op, Operands o) {
        Place y = o.result();
        return switch (op) {
            case Linear l -> Products.of(l, o.of(l.x()), o.matrix(l.weight()), o.wide(l.bias()), o.as(l.residual(), y.type()), y);
            case NormedLinear l -> Products.of(l, o.of(l.x()), o.wide(l.gamma()), o.wide(l.beta()), o.matrix(l.weight()), o.wide(l.bias()), y, o.scratch());
            case Conv1d c -> Convolutions.of(c, o.of(c.x()), o.matrix(c.weight()), o.wide(c.bias()), o.as(c.residual(), y.type()), y);
            case Conv2d c -> Convolutions.of(c, o.of(c.x()), o.matrix(c.weight()), o.wide(c.bias()), o.as(c.residual(), y.type()), y);
            case ConvTranspose1d c -> Convolutions.of(c, o.of(c.x()), o.matrix(c.weight()), o.wide(c.bias()), y);
            case Lstm l -> lstm(l, o);
            case Sru s -> Recurrences.of(s, o.of(s.u()), o.of(s.input()), o.wide(s.recurrent()), o.wide(s.bias()), o.raw(s.state()), y);
            case CausalDepthwiseConv c -> Scans.of(c, o.of(c.x()), o.wide(c.weight()), o.wide(c.bias()), o.raw(c.state()), y);
            case SelectiveScan s -> Scans.of(s, o.of(s.u()), o.of(s.delta()), o.wide(s.deltaBias()), o.wide(s.a()), o.of(s.b()), o.of(s.c()), o.wide(s.skip()),
                    o.of(s.gate()), o.raw(s.state()), y, o.scratch().behindCounters());
            case StateSpaceDuality d -> Dualities.of(d, o.of(d.x()), o.of(d.delta()), o.wide(d.deltaBias()), o.wide(d.a()), o.of(d.b()), o.of(d.c()),
                    o.wide(d.skip()), o.of(d.gate()), o.raw(d.state()), y, o.scratch().behindCounters());
            case Activate a -> Elementwise.of(a, o.of(a.x()), y);
            case Gated g -> Elementwise.of(g, o.of(g.x()), y);
            case Guide g -> Elementwise.of(g, o.wide(g.both()), o.wide(g.scale()), y);
            case LayerNorm n -> Norms.of(n, o.of(n.x()), o.wide(n.gamma()), o.wide(n.beta()), y);
            case RmsNorm n -> Norms.of(n, o.of(n.x()), o.wide(n.gamma()), y);
            case AdaptiveNorm n -> Norms.of(n, o.of(n.x()), o.wide(n.gamma()), o.wide(n.beta()), o.of(n.scale()), o.of(n.shift()), y);
            case Film f -> Norms.of(f, o.of(f.x()), o.of(f.scale()), o.of(f.shift()), y);
            case Snake s -> Norms.of(s, o.of(s.x()), o.wide(s.alpha()), o.wide(s.beta()), y);
            case GroupNorm n -> GroupNorms.of(n, o.of(n.x()), o.wide(n.gamma()), o.wide(n.beta()), o.of(n.scale()), o.of(n.shift()), y, o.scratch());
            case Rotary r -> Attentions.of(r, o.of(r.x()), o.wide(r.table()), o.raw(r.position()), y, o.alarm());
            case Attention a -> Attentions.of(a, o.of(a.q()), o.of(a.k()), o.of(a.v()), o.raw(a.keep()), o.wide(a.bias()), y, o.scratch());
            case CachedAttention a -> Attentions.of(a, o.of(a.q()), o.of(a.k()), o.of(a.v()), o.raw(a.keys()), o.raw(a.values()), o.raw(a.position()), y,
                    o.scratch(), o.alarm());
            case EmbeddingSum e -> Lookup.of(e, e.tables().stream().map(o::table).toList(), o.raw(e.ids()), y, o.alarm());
            case TokenEmbedding e -> Lookup.of(e, e.tables().stream().map(o::table).toList(), o.raw(e.tokens()), o.raw(e.column()), o.wide(e.positions()),
                    o.raw(e.position()), y, o.alarm());
            case NextTokens n -> Tokens.of(n, o.wide(n.logits()), o.wide(n.settings()), o.raw(n.keys()), o.raw(n.step()), o.raw(n.given()), o.raw(n.tokens()),
                    o.raw(n.column()), o.due(n.column()), y, o.scratch(), o.alarm());
            case SampleTokens s -> Tokens.of(s, o.wide(s.logits()), o.wide(s.settings()), o.raw(s.keys()), o.raw(s.step()), y, o.scratch(),
                    o.alarm());
        };
    }

    private static List<Launch> lstm(Lstm op, Operands o) {
        Scratch scratch = o.scratch().behindCounters();
        Place gates = Recurrences.gates(op, scratch);
        List<Launch> launches = new ArrayList<>(Products.of(Recurrences.inputs(op), o.of(op.x()), o.matrix(op.wInput()), o.wide(op.bias()), null, gates));
        launches.addAll(Recurrences.of(op, o.matrix(op.wHidden()), o.raw(op.hidden()), o.raw(op.cell()), o.result(), scratch));
        return launches;
    }

    private static List<Launch> primitive(Primitive op, Operands o) {
        return switch (op) {
            case Arithmetic arithmetic -> arithmetic(arithmetic, o);
            case Rearrangement rearrangement -> rearrangement(rearrangement, o);
            case Stepwise stepwise -> stepwise(stepwise, o);
        };
    }

    private static List<Launch> arithmetic(Arithmetic op, Operands o) {
        Place y = o.result();
        return switch (op) {
            case Arithmetic.Binary b -> Elementwise.of(b, o.wide(b.a()), o.wide(b.b()), y);
            case Arithmetic.Unary u -> Elementwise.of(u, o.wide(u.x()), y);
            case Arithmetic.Affine a -> Elementwise.of(a, o.wide(a.x()), y);
            case Arithmetic.Mask m -> Elementwise.of(m, o.wide(m.x()), o.raw(m.keep()), y);
            case Arithmetic.MatMul m -> Products.of(m, o.wide(m.a()), o.wide(m.b()), y);
            case Arithmetic.Reduce r -> Elementwise.of(r, o.wide(r.x()), y);
            case Arithmetic.Softmax s -> Attentions.of(s, o.wide(s.x()), y);
            case Arithmetic.Nearest n -> Lookup.of(n, o.wide(n.x()), o.table(n.table()), y);
        };
    }

    private static List<Launch> rearrangement(Rearrangement op, Operands o) {
        Place y = o.result();
        return switch (op) {
            case Rearrangement.Reshape r -> o.isView(r.x()) ? List.of() : Movements.copy(o.raw(r.x()), y, r.to().size());
            case Rearrangement.Slice s -> o.isView(s.x()) ? List.of() : Movements.of(s, o.raw(s.x()), y);
            case Rearrangement.Transpose t -> Movements.of(t, o.raw(t.x()), y);
            case Rearrangement.Concat c -> concat(c, o);
            case Rearrangement.Pad p -> Movements.of(p, o.raw(p.x()), y);
            case Rearrangement.Unfold u -> Movements.of(u, o.raw(u.x()), y);
            case Rearrangement.Gather g -> Lookup.of(g, o.table(g.table()), o.raw(g.ids()), y, o.alarm());
        };
    }

    /** Parts that lie one after the other are copied as they are, those that were computed in their place not at all. */
    private static List<Launch> concat(Rearrangement.Concat op, Operands o) {
        Place y = o.result();
        List<Launch> launches = new ArrayList<>();
        if (!Views.contiguous(op.shape(), op.axis())) return Movements.of(op, op.parts().stream().map(part -> o.as(part, y.type())).toList(), y);
        long offset = 0;
        for (Value part : op.parts()) {
            int size = part.shape().size();
            Place to = new Place(y.address() + offset * y.type().bytes(), y.type(), y.stride());
            if (size > 0 && !o.raw(part).equals(to)) launches.addAll(Movements.copy(o.as(part, y.type()), to, size));
            offset += size;
        }
        return launches;
    }

    private static List<Launch> stepwise(Stepwise op, Operands o) {
        Place y = o.result();
        return switch (op) {
            case Stepwise.Window w -> Movements.of(w, o.raw(w.x()), o.raw(w.position()), y, o.alarm());
            case Stepwise.Write w -> Movements.of(w, o.raw(w.state()), o.raw(w.position()), o.as(w.x(), o.raw(w.state()).type()), o.alarm());
            case Stepwise.Advance _ -> throw new IllegalStateException("counters are moved together, see Advances");
            case Stepwise.CausalKeep c -> Movements.of(c, o.raw(c.position()), y);
            case Stepwise.Force f -> Movements.of(f, o.raw(f.fixed()), o.raw(f.drawn()), y);
        };
    }
}
