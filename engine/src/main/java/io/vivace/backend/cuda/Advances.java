package io.vivace.backend.cuda;

import io.vivace.graph.NextTokens;
import io.vivace.graph.Op;
import io.vivace.graph.Stepwise.Advance;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** Counters that are moved later than the graph says: in one launch, when somebody reads one of them or all else is done. */
final class Advances {
    private final List<Advance> due = new ArrayList<>();

    void add(Advance op) {
        due.add(op);
    }

    /** By how much a counter is still to be moved. */
    int due(Value counter) {
        return due.stream().filter(op -> op.counter() == counter).mapToInt(Advance::by).sum();
    }

    /** Whether an operation reads what is still to be moved; the kernel of {@link NextTokens} is told how far the column is behind. */
    boolean concern(Op op) {
        List<Value> read = new ArrayList<>(op.operands());
        if (op instanceof NextTokens next) read.remove(next.column());
        return due.stream().anyMatch(advance -> read.contains(advance.counter()));
    }

    /** Up to so many moves, which are then no longer due. */
    List<Advance> take(int most) {
        List<Advance> first = due.subList(0, Math.min(most, due.size())), taken = List.copyOf(first);
        first.clear();
        return taken;
    }
}
