package io.vivace.backend.cuda;

import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Op;
import io.vivace.graph.Value;
import io.vivace.kernels.AttentionThenGemvKernels;
import io.vivace.kernels.GemvThenAttentionKernels;
import io.vivace.kernels.GemvThenGemvKernels;
import io.vivace.kernels.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The launches of a program, in order. Of the operations of a decoding step, two that follow each other become one launch where there is a kernel for
 * both, see {@code tickets.cuh}: what the second reads of the model or has remembered is then on its way while the first is at work. Bits stay the same.
 */
final class Chains {
    /** What is to be done next. */
    sealed interface Work permits Ours, Apart {}

    /**
     * What some operations, one after the other, launch.
     *
     * @param bytes of operands and results
     */
    record Ours(List<Op> ops, List<Launch> launches, long bytes) implements Work {}

    /** What shares no launch: a library's call. */
    record Apart(CudaProgram.Step step) implements Work {}

    private static final String PRODUCT = "gemv", ATTENTION = "attention_split";
    /** By which the blocks of the first and the second operation are counted in one word. */
    private static final int MOST_FIRST = 0xffff, MOST_SECOND = 0x7fff;

    private final boolean joins;
    private final Scratch scratch;
    private final List<Work> works = new ArrayList<>();
    /** Whether the last work ends with a launch that can take another one. */
    private boolean open;

    /** @param joins whether operations may share a launch */
    Chains(boolean joins, Scratch scratch) {
        this.joins = joins;
        this.scratch = scratch;
    }

    /** The next operation's launches, casts of its operands included. */
    void add(Op op, List<Launch> launches, long bytes) {
        if (launches.isEmpty()) return;
        Ours last = open && launches.size() == 1 && works.getLast() instanceof Ours ours ? ours : null;
        Launch joined = last == null ? null : joined(last.launches.getLast(), op, launches.getFirst());
        if (joined == null) works.add(new Ours(List.of(op), launches, bytes));
        else works.set(works.size() - 1, with(last, op, joined, bytes));
        open = joins && joined == null;
    }

    /** What shares no launch with what stands before or after it. */
    void addApart(CudaProgram.Step step) {
        works.add(new Apart(step));
        open = false;
    }

    List<Work> works() {
        return works;
    }

    private static Ours with(Ours first, Op op, Launch joined, long bytes) {
        List<Launch> launches = new ArrayList<>(first.launches.subList(0, first.launches.size() - 1));
        launches.add(joined);
        return new Ours(Stream.concat(first.ops.stream(), Stream.of(op)).toList(), launches, first.bytes + bytes);
    }

    /** Both as one launch, or null where no kernel does that. */
    private Launch joined(Launch first, Op op, Launch second) {
        if (first.grid().blocks() > MOST_FIRST || second.grid().blocks() > MOST_SECOND) return null;
        boolean product = first.file().equals(PRODUCT), nextProduct = second.file().equals(PRODUCT);
        boolean attention = first.file().equals(ATTENTION), nextAttention = second.file().equals(ATTENTION);
        if (!product && !nextProduct) return null;
        String types = types(product ? first : second);
        if (!has(types)) return null;
        long tickets = scratch.tickets();
        if (product && nextProduct && types.equals(types(second))) return GemvThenGemvKernels.gemvThenGemv(types, first, second, tickets);
        if (product && nextAttention && isRemembered(op)) return GemvThenAttentionKernels.gemvThenAttention(types, first, second, tickets);
        if (attention && nextProduct && types.startsWith(types(first))) return AttentionThenGemvKernels.attentionThenGemv(types, first, second, tickets);
        return null;
    }

    /** The element types in the name of a kernel. */
    private static String types(Launch launch) {
        return launch.kernel().substring(launch.file().length() + 1);
    }

    /**
     * Whether there are joined kernels for a product of these types: its result has the type of its rows, and matrices are not float32 beside bfloat16
     * rows, which only those are that a file does not hold in panels.
     */
    private static boolean has(String types) {
        return types.startsWith("f32_f32_") || types.equals("bf16_bf16_bf16") || types.equals("bf16_bf16_int8");
    }

    /** Whether keys and values are states: those are read before the operation in front has ended. */
    private static boolean isRemembered(Op op) {
        return op instanceof CachedAttention || op instanceof Attention a && a.k().kind() == Value.Kind.STATE && a.v().kind() == Value.Kind.STATE;
    }
}
